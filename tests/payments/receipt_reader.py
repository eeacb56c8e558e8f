"""Reads a receipt back: `pdf_reader` does it for every document."""

import pikepdf
from pdf_reader import opened_bytes, text_in

from payments.receipts.pdf import ReceiptContent, render_receipt


def opened(content: ReceiptContent) -> pikepdf.Pdf:
    return opened_bytes(render_receipt(content))


def text_of(content: ReceiptContent) -> str:
    """All the text of the receipt, squeezed."""
    return text_in(render_receipt(content))
