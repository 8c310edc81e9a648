"""Complaints to a town hall, generated: named classes with a Zipf tail, in Chinese as the deck's are.

A class is a thing and what is wrong with it. A text names each by one of several words, among words that
every text may hold, and at times mentions another thing: so matching characters finds much and not all.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

_THINGS = (
    ("路灯", "街灯", "照明灯"),
    ("公交车", "巴士", "客车"),
    ("自来水", "水管", "供水"),
    ("垃圾", "废物", "生活垃圾"),
    ("学校", "小学", "校园"),
    ("医院", "诊所", "卫生院"),
    ("电梯", "升降梯", "直梯"),
    ("公园", "绿地", "花园"),
    ("停车场", "车位", "车库"),
    ("工地", "施工现场", "建筑工地"),
    ("物业", "物业公司", "管理处"),
    ("社保", "养老金", "保险"),
    ("出租车", "网约车", "的士"),
    ("桥梁", "大桥", "天桥"),
    ("河道", "河流", "水渠"),
    ("市场", "菜市场", "集市"),
    ("房产证", "产权证", "不动产证"),
    ("暖气", "供暖", "供热"),
    ("网络", "宽带", "光纤"),
    ("道路", "马路", "街道"),
)
_TROUBLES = (
    ("损坏", "坏了", "不能用"),
    ("收费过高", "乱收费", "价格太贵"),
    ("噪音扰民", "太吵", "声音很大"),
    ("无人管理", "没人管", "无人负责"),
    ("存在安全隐患", "很危险", "容易出事"),
    ("污染环境", "气味难闻", "很脏"),
    ("数量不足", "太少", "不够用"),
    ("服务态度差", "态度恶劣", "爱理不理"),
    ("办理缓慢", "拖了很久", "迟迟不办"),
    ("违规占用", "被人占了", "非法占用"),
)
_OPENINGS = ("尊敬的领导您好", "请问", "我想反映一个问题", "本人家住A市", "希望有关部门重视")
_MIDDLES = ("最近", "已经三个月了", "每天晚上", "从去年开始", "我们小区附近")
_ENDINGS = ("请尽快处理", "谢谢", "盼回复", "居民意见很大", "到底归谁管")
CLASSES = len(_THINGS) * len(_TROUBLES)
_ASIDE = 0.3  # share of texts that mention another thing


class Complaint(NamedTuple):
    """A text and the name of its class."""

    text: str
    label: str


def complaints(texts: int, seed: int) -> Iterator[Complaint]:
    """About `texts` complaints, of the class of rank r as many as 1 / r says, and one at least.

    Which class is how frequent is the same for every seed: training and evaluation have one distribution.
    """
    rng = np.random.default_rng(seed)
    order = np.random.default_rng(0).permutation(CLASSES)
    shares = 1 / np.arange(1, CLASSES + 1)
    sizes = np.maximum(1, np.round(texts * shares / shares.sum())).astype(int)
    every = np.repeat(order, sizes)
    for number in rng.permutation(every).tolist():
        thing, trouble = divmod(number, len(_TROUBLES))
        yield Complaint(_text(thing, trouble, rng), _THINGS[thing][0] + _TROUBLES[trouble][0])


def _text(thing: int, trouble: int, rng: np.random.Generator) -> str:
    def one(words: tuple[str, ...]) -> str:
        return words[rng.integers(len(words))]

    aside = f"{one(_THINGS[rng.integers(len(_THINGS))])}旁边" if rng.random() < _ASIDE else ""
    parts = (one(_OPENINGS), one(_MIDDLES) + aside + one(_THINGS[thing]) + one(_TROUBLES[trouble]))
    return "，".join((*parts, one(_ENDINGS))) + "。"
