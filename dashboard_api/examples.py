"""An example for each JSON body of an OpenAPI document, made of the examples that stand at the fields. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

REF = "#/components/schemas/"
JSON = "application/json"
Schema = Mapping[str, Any]
_PLAIN = {"boolean": False, "null": None, "number": 1.5}


def add(document: dict[str, Any]) -> None:
    """Put them beside the schemas of ``document``; what has examples already keeps them."""
    schemas = document.get("components", {}).get("schemas", {})
    for body in _bodies(document):
        if "example" not in body and "examples" not in body and "schema" in body:
            body["example"] = made(body["schema"], schemas)


def _bodies(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for operation in item.values():
            answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for holder in (operation.get("requestBody", {}), *answers):
                if JSON in holder.get("content", {}):
                    yield holder["content"][JSON]


def made(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    """A value that fits ``schema``."""
    if "$ref" in schema and "examples" not in schema:
        return made(schemas[schema["$ref"].removeprefix(REF)], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    for word in ("example", "const", "default"):
        if schema.get(word) is not None:
            return schema[word]
    if "enum" in schema:
        return schema["enum"][0]
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return made(schema[union][0], schemas)
    return _of_type(schema, schemas)


def _of_type(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    match schema.get("type"):
        case "object":
            return {name: made(one, schemas) for name, one in schema.get("properties", {}).items()}
        case "array" if "prefixItems" in schema:
            return [made(one, schemas) for one in schema["prefixItems"]]
        case "array":
            return [made(schema["items"], schemas)] if "items" in schema else []
        case "string":
            return "text".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 4)]
        case "integer":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case plain:
            return _PLAIN.get(str(plain))
