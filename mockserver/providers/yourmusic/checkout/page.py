"""The payment page: a form that a person clicks or a test posts, and the way back (303)."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply, Request
from mockserver.providers.yourmusic.checkout.cards import DECLINED_CARD, USUAL_CARD, CardRefused, read_card
from mockserver.world import World

CHECKOUTS, PRODUCTS = "checkout_sessions", "products"
_HTML = "text/html; charset=utf-8"
_MOST_FORM = 16_384
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:4rem auto;padding:0 1rem}"
    "input,button{font:inherit;padding:.4rem .8rem}label,button{display:block;margin:1rem 0}.problem{color:#a00}"
)
_CHOICES = ("pay", "cancel")
_ENDED = {
    "paid": "This checkout is paid.",
    "cancelled": "This checkout was cancelled.",
    "expired": "This checkout has expired.",
}


def show_checkout(request: Request, world: World) -> Reply:
    """Show the page of a checkout session, or carry out its form: `action` is pay or cancel, `card` a test card."""
    id, _, choice = request.path.removeprefix("/checkout/").partition("/")
    checkout = world.get(CHECKOUTS, id)
    if checkout is None or choice not in ("", *_CHOICES):
        return _page(404, "Checkout", "<p>There is no such checkout.</p>")
    if request.method in ("GET", "HEAD"):
        return _show(world, checkout) if not choice else _page(404, "Checkout", "<p>Post the form.</p>")
    if request.method != "POST":
        raise Failure("method_unknown", headers={"Allow": "GET, HEAD, POST"}, allowed=["GET", "HEAD", "POST"])
    if checkout["status"] != "open":
        return _page(409, "Checkout", f"<p>{_ENDED[checkout['status']]}</p>")
    form = _form(request)
    choice = choice or form.get("action") or ("cancel" if "cancel" in form else "pay")
    if choice not in _CHOICES:
        return _show(world, checkout, 422, "Choose to pay or to cancel.")
    return _pay(world, checkout, form) if choice == "pay" else _cancel(world, checkout)


def _pay(world: World, checkout: Record, form: dict[str, str]) -> Reply:
    try:
        card = read_card(form.get("card") or USUAL_CARD)
    except CardRefused as refusal:
        return _show(world, checkout, 402, str(refusal))
    world.fire("checkout_session", checkout["id"], "pay", pm_type=card.type, pm_last_four=card.last_four)
    return _back(checkout["success_url"])


def _cancel(world: World, checkout: Record) -> Reply:
    world.fire("checkout_session", checkout["id"], "cancel")
    return _back(checkout["cancel_url"])


def _form(request: Request) -> dict[str, str]:
    """Read the fields of the form; a form that cannot be read has none."""
    text = request.body.read(_MOST_FORM).decode("utf-8", "replace")
    try:
        return {name: values[-1] for name, values in parse_qs(text, True, max_num_fields=20).items()}
    except ValueError:
        return {}


def _back(url: str) -> Reply:
    return Reply(303, b"", "", {"Location": url})


def _show(world: World, checkout: Record, status: int = 200, problem: str = "") -> Reply:
    if checkout["status"] != "open":
        return _page(200, "Checkout", f"<p>{_ENDED[checkout['status']]}</p>")
    product = world.get(PRODUCTS, checkout["product_slug"]) or {}
    price = int(product.get("price_minor", 0))
    told = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return _page(
        status,
        f"Subscribe to {product.get('name', checkout['product_slug'])}",
        f"<p>{price // 100}.{price % 100:02d} {escape(str(product.get('currency', '')))} for 30 days.</p>{told}"
        '<form method="post"><label>Card number'
        f' <input name="card" value="{USUAL_CARD}" inputmode="numeric" autocomplete="off"></label>'
        '<button name="action" value="pay">Pay</button>'
        '<button name="action" value="cancel">Cancel</button></form>'
        f"<p>No money moves here. {USUAL_CARD} pays; {DECLINED_CARD} is declined.</p>",
    )


def _page(status: int, title: str, content: str) -> Reply:
    title = escape(title)
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{content}</main></body></html>"
    )
    return Reply(status, html.encode(), _HTML, {"Cache-Control": "no-store"})
