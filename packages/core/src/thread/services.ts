import type { LazyBashParser } from "@codex-ts/shell-command";
import type { FactSink } from "../analytics/runtime-analytics.ts";
import type { Clock } from "../clock.ts";
import type { Ids } from "../ids.ts";

/** The person's shell: what command strings are given to. */
export interface UserShell {
  /** Absolute path of the program. */
  path: string;
  kind: "bash" | "zsh" | "sh" | "powershell" | "cmd";
}

/** What threads share: built once by the runtime and handed down. */
export interface ThreadServices {
  clock: Clock;
  ids: Ids;
  /** The environment of the agent process, as given by the door. */
  env: Readonly<Record<string, string>>;
  codexHome: string;
  shell: UserShell;
  platform: NodeJS.Platform;
  /** IANA name. */
  timezone: string;
  /** UUID of this installation, sent with every request. */
  installationId: string;
  /** `originator` of this client, as the model server sees it. */
  originator: string;
  bashParser: LazyBashParser;
  /** Told what happens, for the product's owner; see the settings of `analytics`. */
  analytics: FactSink;
  /** Told what a person can do about a model request that failed for good: one sentence. Never part of the wire. */
  advise(hint: string): void;
}
