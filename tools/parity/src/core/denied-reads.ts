import { symlink } from "node:fs/promises";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import type { Place } from "../drive/drive.ts";
import { png } from "./png.ts";
import { prompts, scenario } from "./stage.ts";

const files = {
  "work/secret.png": png(10, 10),
  "work/hidden/x.png": png(10, 10),
  "work/open/x.png": png(10, 10),
  "work/open/y.env.png": png(10, 10),
  "work/secret.txt": "secret\n",
  "work/hidden/x.txt": "secret\n",
  "work/open/y.env": "secret\n",
};

const config = 'default_permissions = "p"\napproval_policy = "never"';
const tables = `[permissions.p.filesystem]
glob_scan_max_depth = 4
":root" = "read"
[permissions.p.filesystem.":project_roots"]
"." = "write"
"secret.png" = "none"
"secret.txt" = "none"
"hidden" = "none"
"**/*.env.png" = "none"
"**/*.env" = "none"
`;

async function prepare({ work }: Place): Promise<void> {
  await symlink("secret.png", `${work}/link.png`);
  await symlink("hidden", `${work}/way`);
  await symlink("open/y.env.png", `${work}/plain.png`);
  await symlink("open/x.png", `${work}/fine.png`);
  await symlink("secret.txt", `${work}/link.txt`);
}

const look = (path: string) => ({ items: [functionCall("view_image", { path }, `c-${path}`)] });
const patch = (id: string, body: string) => ({
  items: [customToolCall("apply_patch", `*** Begin Patch\n${body}\n*** End Patch`, id)],
});

/** What the built-in tools read themselves, where a profile denies reading. */
export const deniedReads = [
  scenario(
    "images that may not be read",
    {
      config,
      tables,
      files,
      prepare,
      script: [
        ...[
          "secret.png",
          "link.png",
          "hidden/x.png",
          "way/x.png",
          "open/../secret.png",
          "way/../secret.png",
          "open/y.env.png",
          "plain.png",
          "hidden/nope.png",
          "hidden",
          "fine.png",
        ].map(look),
        "seen",
      ],
    },
    prompts("look"),
  ),
  scenario(
    "patches of files that may not be read",
    {
      config,
      tables,
      files,
      prepare,
      script: [
        patch("p1", "*** Update File: secret.txt\n@@\n-secret\n+known"),
        patch("p2", "*** Update File: secret.txt\n@@\n-guess\n+known"),
        patch("p3", "*** Update File: hidden/x.txt\n@@\n-secret\n+known"),
        patch("p4", "*** Delete File: secret.txt"),
        patch("p5", "*** Update File: open/y.env\n@@\n-secret\n+known"),
        patch("p6", "*** Update File: link.txt\n@@\n-secret\n+known"),
        patch("p7", "*** Update File: hidden/x.txt\n*** Move to: out.txt\n@@\n-secret\n+known"),
        patch("p8", "*** Add File: hidden/new.txt\n+new"),
        "done",
      ],
    },
    prompts("patch"),
  ),
];
