// The Landlock helper of the sandbox package, as a file of its own beside the bundle: Node starts it by path.
import "@codex-ts/sandbox/landlock-helper";
