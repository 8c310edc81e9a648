"""Products in a 16-bit type on a processor without instructions for it.

A tensor core multiplies 16-bit numbers exactly, adds the products in fp32 and rounds the sum to 16 bits once.
The same comes out of fp32 products of the same operands, rounded afterwards, and that is as fast as fp32;
the processor's own fallback is many times slower. Everything that is not a product (sums, norms, softmax)
runs in the 16-bit type as it is.
"""

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import dtype


def rounded_products(kind: "dtype") -> contextlib.AbstractContextManager[Any]:
    """A block in which products of `kind`, forward and backward, are fp32 products rounded to `kind`."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    aten = torch.ops.aten
    attention = aten._scaled_dot_product_flash_attention_for_cpu
    products = {aten.mm.default, aten.addmm.default, aten.bmm.default, aten.baddbmm.default}
    # Without gradients these come whole, not as the ones above.
    products |= {aten.linear.default, aten.matmul.default, aten.scaled_dot_product_attention.default}
    products |= {attention.default, aten._scaled_dot_product_flash_attention_for_cpu_backward.default}

    def cast(value: Any, to: "dtype") -> Any:
        floating = isinstance(value, torch.Tensor) and value.is_floating_point()
        return value.to(to) if floating else value

    class Rounded(TorchDispatchMode):
        def __torch_dispatch__(self, op: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            if op not in products or not any(isinstance(a, torch.Tensor) and a.dtype == kind for a in args):
                return op(*args, **kwargs)
            single = {name: cast(value, torch.float32) for name, value in kwargs.items()}
            out = op(*(cast(value, torch.float32) for value in args), **single)
            if op == attention.default:
                return cast(out[0], kind), out[1]  # a logarithm, which the backward pass takes in fp32
            return tuple(cast(o, kind) for o in out) if isinstance(out, tuple) else cast(out, kind)

    return Rounded()
