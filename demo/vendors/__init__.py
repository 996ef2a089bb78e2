"""Vendors on this computer: WeCom robots, a bridge of SMS and calls, a webhook, a mail server, as documented.

They keep what they received; tests and the demo count that, and order them to misbehave.
"""

from demo.vendors.ledger import Ledger, Order, Received
from demo.vendors.server import SECRET, Vendors

__all__ = ["SECRET", "Ledger", "Order", "Received", "Vendors"]
