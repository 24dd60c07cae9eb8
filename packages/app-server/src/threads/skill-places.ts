import type { Config } from "@codex-ts/config";
import type { SkillPlaces } from "@codex-ts/core";
import type { AppServer } from "../server.ts";

/** What the root of a project is known by. */
export type ProjectSettings = Pick<Config, "projectRootMarkers">;

/** Where the skills of a folder are looked for. */
export function skillPlaces(
  { options, env }: Pick<AppServer, "options" | "env">,
  cwd: string,
  settings: ProjectSettings,
): SkillPlaces {
  return {
    cwd,
    codexHome: options.codexHome,
    home: env["HOME"] ?? null,
    rootMarkers: settings.projectRootMarkers,
  };
}
