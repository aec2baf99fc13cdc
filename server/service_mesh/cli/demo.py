"""Shows what the demonstration's client saw, the way a person wants to read it."""

from service_mesh.cli.output.text import print_text
from service_mesh.operations.result import ValidateResult

__all__ = ["DEMO_MESH", "show"]

DEMO_MESH = "examples/demo-mesh"


def show(tools: tuple[tuple[str, str], ...], result: ValidateResult, color: str) -> int:
    """Print the tools that the server listed and what it found in the demo mesh.

    Args:
        tools: Name and description of each tool.
        result: The answer of `validate_config`.
        color: `auto`, `always` or `never`.

    Returns:
        0: the findings of the demo mesh are there on purpose.
    """
    print("The MCP server was started over stdio; a client connected and asked for its tools:\n")
    for name, description in tools:
        print(f"  {name}: {description.partition('. ')[0].rstrip('.')}.")
    print(f"\nIt was then asked to validate {DEMO_MESH}, where faults are planted:\n")
    print_text(result, color)
    print("\nThe same from the command line:  service-mesh validate examples/demo-mesh")
    print("The repaired twin:               service-mesh validate examples/demo-mesh-repaired")
    return 0
