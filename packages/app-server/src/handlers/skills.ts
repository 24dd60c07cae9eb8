import path from "node:path";
import type { HandlerTable } from "../dispatch/handler.ts";
import { invalidParams } from "../errors.ts";

/** Skills. This server finds none yet; every folder that is asked about has its (empty) entry. */
export const handlers: HandlerTable = {
  "skills/list": ({ cwds }, { server }) => {
    const folders = cwds === undefined || cwds.length === 0 ? [server.cwd] : cwds;
    return { data: folders.map(cwd => ({ cwd: path.resolve(server.cwd, cwd), skills: [], errors: [] })) };
  },
  "skills/config/write": ({ path: file, name, enabled }) => {
    const named = [file, name].filter(selector => typeof selector === "string" && selector.trim() !== "");
    if (named.length !== 1) throw invalidParams("skills/config/write requires exactly one of path or name");
    return { effectiveEnabled: enabled };
  },
};
