import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Env } from "../providers/builtin.ts";
import type { AwsKeys } from "./sigv4.ts";

/**
 * The keys of an AWS profile: of the one that is named, else of the environment, else of the default profile in the shared
 * credentials file. Null: there are none.
 */
export async function awsKeys(profile: string | null, env: Env): Promise<AwsKeys | null> {
  if (profile === null) {
    const accessKeyId = env.AWS_ACCESS_KEY_ID?.trim();
    const secretAccessKey = env.AWS_SECRET_ACCESS_KEY?.trim();
    if (accessKeyId && secretAccessKey) {
      return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN?.trim() || null };
    }
  }
  const home = env.HOME ?? env.USERPROFILE;
  const file = env.AWS_SHARED_CREDENTIALS_FILE ?? (home === undefined ? null : path.join(home, ".aws", "credentials"));
  const text = file === null ? null : await readFile(file, "utf8").catch(() => null);
  return text === null ? null : keysOf(text, profile ?? (env.AWS_PROFILE?.trim() || "default"));
}

function keysOf(text: string, profile: string): AwsKeys | null {
  const values: Record<string, string> = {};
  let current = "";
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*(?:profile\s+)?(.+?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) current = header;
    else if (current === profile) {
      const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) values[name] = value;
    }
  }
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: token } = values;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken: token || null } : null;
}
