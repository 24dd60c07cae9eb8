import { platformFacts } from "@codex-ts/app-server";
import type { RuntimeOptions } from "@codex-ts/core";
import { type CommandIo, write } from "./io.ts";

/** What collectors are told of this program, and where trouble with them and with analytics is told. */
export function observability(
  io: CommandIo,
  facts: { serviceName?: string; metricsByDefault?: boolean } = {},
): Pick<RuntimeOptions, "telemetry" | "log"> {
  const { name: type, version } = platformFacts();
  return {
    telemetry: { ...facts, os: { type, version } },
    log: text => write(io.stderr, `${text}\n`),
  };
}
