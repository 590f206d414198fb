"""A tiny BERT for tests: two layers, 32 wide, made on the spot and never downloaded."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase, digits, punctuation

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

#: Words of the template and of a few items; everything else falls apart into letters.
WORDS = """
viewed put in cart liked bought searched rated reviewed returned clicked shown seen active since last just now today
yesterday week weeks days day month months ago over a an the and of for with no year times purchases before part all
matches search follows purchase earlier mostly much some little never unknown known popular bestseller budget mid
price premium usual cheaper dearer than category brand likes hardly ever seldom sometimes often very nearly always
clicks night weekends at place home list mail top item place running shoes shoe trail hiking boots tent tents sleeping
bag backpack phone case charger lamp rug mug mugs red blue green black white size small large set pack cotton wool mesh
leather steel glass cushioned waterproof light bright soft warm norvale veloria tamsin 1 2 3 4 5 6 7 8 9 10 20 42 100
shop good great bad fine quality work kitchen garden sport sports outdoor clothing electronics home decor books cat dog
food gift party birthday candle heart vintage retro tea cake bottle water hand paper card wooden metal sign box s ##s
##ing ##ed ##er ##es ##ly
"""


def tiny_base(folder: Path) -> Path:
    """Write a small random BertModel and its tokenizer to a folder, and return the folder.

    The weights are larger than BERT's own at the start, so that a token that should not be seen
    would be noticed in the output.
    """
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = tiny_vocabulary()
    BertTokenizer(vocab={word: i for i, word in enumerate(vocabulary)}).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=256, initializer_range=0.2, pad_token_id=0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BertModel(config, add_pooling_layer=False)
    model.save_pretrained(folder)
    return folder


def tiny_vocabulary() -> list[str]:
    """Special tokens, letters and digits (also as continuations), punctuation, words."""
    letters = [*ascii_lowercase, *digits]
    return list(dict.fromkeys([*SPECIAL, *letters, *(f"##{c}" for c in letters), *punctuation, *WORDS.split()]))


def tiny_clip(folder: Path) -> Path:
    """Write a small random CLIP, its tokenizer and its image processor to a folder, and return the folder."""
    import torch
    from transformers import BertTokenizer, CLIPConfig, CLIPModel
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    vocabulary = tiny_vocabulary()
    BertTokenizer(vocab={word: i for i, word in enumerate(vocabulary)}, model_max_length=32).save_pretrained(folder)
    CLIPImageProcessorPil(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16}).save_pretrained(folder)
    small = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    words = {**small, "vocab_size": len(vocabulary), "max_position_embeddings": 32, "bos_token_id": 2,
             "eos_token_id": 3, "pad_token_id": 0}  # fmt: skip
    config = CLIPConfig(text_config=words, vision_config={**small, "image_size": 16, "patch_size": 8}, projection_dim=8)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        CLIPModel(config).save_pretrained(folder)
    return folder
