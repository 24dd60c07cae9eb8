import path from "node:path";
import { ConfigEdits } from "@codex-ts/config";
import { discoverSkills, type Skill, skillSettings } from "@codex-ts/core";
import type {
  SkillMetadata,
  SkillsConfigWriteParams,
  SkillsConfigWriteResponse,
  SkillsListEntry,
  SkillsListParams,
  SkillsListResponse,
} from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { invalidParams, invalidRequest } from "../errors.ts";
import type { AppServer } from "../server.ts";
import { reloadedConfig, unwritten } from "../threads/load-checked.ts";
import { skillPlaces } from "../threads/skill-places.ts";

/** Skills: which there are for a folder, and switching them on and off. */
export const handlers: HandlerTable = { "skills/list": list, "skills/config/write": write };

async function list(params: SkillsListParams, { server }: RequestContext): Promise<SkillsListResponse> {
  const folders = params.cwds === undefined || params.cwds.length === 0 ? [server.cwd] : params.cwds;
  const extra = new Map((params.perCwdExtraUserRoots ?? []).map(({ cwd, extraUserRoots }) => [cwd, extraUserRoots]));
  for (const root of folders.flatMap(folder => extra.get(folder) ?? [])) {
    if (path.isAbsolute(root)) continue;
    throw invalidRequest(`skills/list perCwdExtraUserRoots extraUserRoots paths must be absolute: ${root}`);
  }
  const data: SkillsListEntry[] = [];
  for (const folder of folders) {
    const cwd = path.resolve(server.cwd, folder);
    data.push({ cwd: folder, ...(await skillsOf(server, cwd, extra.get(folder) ?? [])) });
  }
  return { data };
}

async function skillsOf(server: AppServer, cwd: string, extraRoots: readonly string[]) {
  const { config } = await reloadedConfig(server, { cwd });
  const { skills, errors } = await discoverSkills({
    ...skillPlaces(server, cwd, config),
    settings: skillSettings(config.skills),
    extraRoots,
  });
  return { skills: skills.map(metadata), errors };
}

function metadata({
  name,
  description,
  shortDescription,
  interface: shown,
  dependencies,
  path: file,
  scope,
  enabled,
}: Skill): SkillMetadata {
  return {
    name,
    description,
    ...(shortDescription === null ? {} : { shortDescription }),
    // Members that are not set are null here, though the schema would leave them out.
    ...(shown === null ? {} : { interface: shown as NonNullable<SkillMetadata["interface"]> }),
    ...(dependencies === null ? {} : { dependencies: { tools: dependencies } }),
    path: file,
    scope,
    enabled,
  };
}

/** Takes effect for threads that start from now on. */
async function write(
  { path: file, name, enabled }: SkillsConfigWriteParams,
  { server }: RequestContext,
): Promise<SkillsConfigWriteResponse> {
  const byPath = typeof file === "string" && file.trim() !== "";
  const byName = typeof name === "string" && name.trim() !== "";
  if (byPath === byName) throw invalidParams("skills/config/write requires exactly one of path or name");
  const edits = new ConfigEdits(server.options.codexHome);
  const wanted = byPath ? edits.setSkillConfig(file, enabled) : edits.setSkillConfigByName(name!, enabled);
  await wanted.apply().catch((error: unknown) => {
    throw unwritten("failed to update skill settings", error);
  });
  return { effectiveEnabled: enabled };
}
