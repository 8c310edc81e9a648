/* The coarse grid of Ruge and Stüben's multigrid as PyAMG 4.0 chose it in 2018, before version 5 changed which of
   several equal points comes first and what becomes of points without influence. The steps of a solver depend on it.

   Points wait in buckets by weight, the number of undecided points that they influence. The last point of the
   fullest bucket becomes coarse; those that depend on it become fine, which makes what those depend on heavier. */

#include <stdlib.h>

enum { FINE = 0, COARSE = 1, UNDECIDED = 2 };

typedef struct {
    int *start, *size;     /* of each bucket */
    int *point, *position; /* the points in the order of the buckets, and the inverse */
    int *weight;           /* of each point */
} Buckets;

static void swap_into(Buckets *b, int point, int target) {
    int source = b->position[point], other = b->point[target];
    b->position[other] = source;
    b->position[point] = target;
    b->point[source] = other;
    b->point[target] = point;
}

/* To the end of its bucket, which is the beginning of the next one. */
static void heavier(Buckets *b, int point) {
    int w = b->weight[point]++, end = b->start[w] + b->size[w] - 1;
    swap_into(b, point, end);
    b->size[w]--;
    b->size[w + 1]++;
    b->start[w + 1] = end;
}

static void lighter(Buckets *b, int point) {
    int w = b->weight[point]--;
    swap_into(b, point, b->start[w]);
    b->size[w]--;
    b->size[w - 1]++;
    b->start[w]++;
    b->start[w - 1] = b->start[w] - b->size[w - 1];
}

static void fill(Buckets *b, int n) {
    for (int i = 0; i < n; i++) b->size[b->weight[i]]++;
    for (int w = 0, sum = 0; w < n; w++) {
        b->start[w] = sum;
        sum += b->size[w];
        b->size[w] = 0;
    }
    for (int i = 0; i < n; i++) {
        int w = b->weight[i], place = b->start[w] + b->size[w]++;
        b->point[place] = i;
        b->position[i] = place;
    }
}

/* i has become coarse: fix the points that depend on it and weigh their and its own influences anew. */
static void spread(Buckets *b, int i, int n, const int *Sp, const int *Sj, const int *Tp, const int *Tj, int *kind) {
    for (int a = Tp[i]; a < Tp[i + 1]; a++) {
        int j = Tj[a];
        if (kind[j] != UNDECIDED) continue;
        kind[j] = FINE;
        for (int c = Sp[j]; c < Sp[j + 1]; c++)
            if (kind[Sj[c]] == UNDECIDED && b->weight[Sj[c]] < n - 1) heavier(b, Sj[c]);
    }
    for (int a = Sp[i]; a < Sp[i + 1]; a++)
        if (kind[Sj[a]] == UNDECIDED && b->weight[Sj[a]] > 0) lighter(b, Sj[a]);
}

/* S: row i lists the points on which i depends strongly, without i (csr); T: its transpose.
   kind (n) receives 1 for coarse and 0 for fine points. Returns 0, or 1 if there is no memory. */
int split(int n, const int *Sp, const int *Sj, const int *Tp, const int *Tj, int *kind) {
    int *memory = calloc(5 * ((size_t)n + 1), sizeof(int));
    if (!memory) return 1;
    size_t m = (size_t)n + 1;
    Buckets b = {memory, memory + m, memory + 2 * m, memory + 3 * m, memory + 4 * m};
    for (int i = 0; i < n; i++) {
        b.weight[i] = Tp[i + 1] - Tp[i];
        kind[i] = b.weight[i] ? UNDECIDED : FINE;
    }
    fill(&b, n);
    for (int top = n - 1; top >= 0; top--) {
        int i = b.point[top];
        b.size[b.weight[i]]--;
        if (kind[i] != UNDECIDED) continue;
        kind[i] = COARSE;
        spread(&b, i, n, Sp, Sj, Tp, Tj, kind);
    }
    free(memory);
    return 0;
}
