"""The flat `products`: a JSON:API resource with a small lifecycle."""

from mockserver.provider import Provider
from mockserver.providers.products import errors, identity, rules, seeds
from mockserver.providers.products.operations import covers, products, relationships

PROVIDER = Provider(
    name="products",
    operations={**products.OPERATIONS, **relationships.OPERATIONS, **covers.OPERATIONS},
    identify=identity.identify,
    mint=identity.mint_credential,
    refuse=errors.refuse,
    bind=rules.bind,
    seed=seeds.seed,
    media_type=errors.MEDIA_TYPE,
    unknown_query_status=400,
    exports={"TOKEN": ("bearer", "value")},
    indexes={
        "products": ("company_id",),
        "tracks": ("product_id",),
        "offers": ("product_id",),
        "rights": ("product_id",),
    },
)
