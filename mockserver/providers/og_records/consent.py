"""The consent page: a person clicks it, a test posts its form."""

from __future__ import annotations

from html import escape

from mockserver.core.ground import Record

_CARRIED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>OG Records: access for {client}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem }}
button {{ font: inherit; padding: .5rem 1.25rem; margin-right: .5rem }}
</style>
</head>
<body>
<main>
<h1>Access to your account</h1>
<p><strong>{client}</strong> asks for access to the account <strong>{account}</strong>. It would be allowed to:</p>
<ul>
{scopes}
</ul>
<form method="post" action="{action}">
{fields}
<button type="submit" name="decision" value="approve">Allow</button>
<button type="submit" name="decision" value="deny">Refuse</button>
</form>
</main>
</body>
</html>
"""


def consent_page(client: Record, account: str, asked: Record, scopes: dict[str, str], action: str) -> str:
    """Return the page as HTML; its form carries the whole request, so that nothing is kept between page and answer."""
    items = "\n".join(f"<li><code>{escape(name)}</code>: {escape(text)}</li>" for name, text in scopes.items())
    fields = "\n".join(
        f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in _CARRIED if name in asked
    )
    return _PAGE.format(
        client=escape(client["client_id"]),
        account=escape(account),
        scopes=items,
        action=escape(action),
        fields=fields,
    )
