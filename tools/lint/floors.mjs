/**
 * The floors of the house, lowest first. A package imports only from floors below its own; `side` packages are
 * generated data that any floor may import. This table feeds the lint rule, its test and docs/architecture.md.
 * @type {{ floor: number, name: string, packages: string[] }[]}
 */
export const floors = [
  { floor: 1, name: "words", packages: ["protocol"] },
  { floor: 2, name: "decisions", packages: ["permissions", "shell-command", "execpolicy", "apply-patch", "analytics"] },
  {
    floor: 3,
    name: "machine",
    packages: [
      "config",
      "hooks",
      "sandbox",
      "network-proxy",
      "exec-server",
      "mcp",
      "model-provider",
      "thread-store",
      "telemetry",
    ],
  },
  { floor: 4, name: "agent", packages: ["core"] },
  { floor: 5, name: "doors", packages: ["app-server", "mcp-server", "client"] },
  { floor: 6, name: "hands", packages: ["cli", "tui"] },
];

/** Packages beside the floors: generated, imported by whoever needs a published shape. */
export const side = ["schema"];

/** Hands talk to core through `client` alone; the composition of the bundled program is the one place that may not. */
export const onlyThroughClient = { packages: ["tui"], allowed: ["client", "protocol"] };

/**
 * @param {string} name package name without its scope
 * @returns {number | undefined} the floor's number
 */
export function floorOf(name) {
  return floors.find(entry => entry.packages.includes(name))?.floor;
}

/**
 * Decides whether one package may import another.
 * @param {string} from importing package, without scope
 * @param {string} to imported package, without scope
 * @returns {string | undefined} what is wrong and what to do, or nothing when the import is allowed
 */
export function whyNot(from, to) {
  if (from === to || side.includes(to)) return undefined;
  const fromFloor = floorOf(from);
  const toFloor = floorOf(to);
  if (side.includes(from)) return undefined;
  if (fromFloor === undefined) return `@codex-ts/${from} stands on no floor: add it to tools/lint/floors.mjs`;
  if (toFloor === undefined) return `@codex-ts/${to} stands on no floor: add it to tools/lint/floors.mjs`;
  if (onlyThroughClient.packages.includes(from) && !onlyThroughClient.allowed.includes(to)) {
    return `@codex-ts/${from} talks to the agent through @codex-ts/client alone`;
  }
  if (toFloor < fromFloor) return undefined;
  return (
    `@codex-ts/${from} (floor ${fromFloor}) may import only from floors below its own, and @codex-ts/${to} is on floor ` +
    `${toFloor}: pass what you need in as an argument, or move the code down`
  );
}
