"""Bundle the scripts and styles of the pages that are opened most, inside Odoo.

Each test in a browser would do it anew: what it stores is taken back after it.
"""

from typing import Any

BUNDLES = (
    "bus.websocket_worker_assets",
    "web.assets_backend_lazy",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
    "web.assets_web",
    "web.assets_web_print",
    "web.report_assets_common",
)


def bundle(env: Any) -> None:
    """Store the bundles, in an environment of Odoo."""
    for name in BUNDLES:
        assets = env["ir.qweb"]._get_asset_bundle(name)
        # A bundle may have styles only, or scripts only.
        if assets.stylesheets:
            assets.css()
        if assets.javascripts or assets.templates:
            assets.js()
    env.cr.commit()
