export interface SkillPlace {
  name: string;
  /** Canonical absolute path of the skill's file. */
  path: string;
  /** The repository that holds it. */
  repo: { url: string; root: string } | null;
}

/**
 * The id of a skill, the same for everybody who has the same repository.
 * @param sha1 lowercase hex digest of a text's UTF-8 bytes
 */
export function skillId(skill: SkillPlace, sha1: (text: string) => string): string {
  const { repo } = skill;
  const prefix = repo === null ? "personal" : `repo_${repo.url}`;
  const path = repo === null ? skill.path : relativeTo(repo.root, skill.path);
  return sha1(`${prefix}_${path.replaceAll("\\", "/")}_${skill.name}`);
}

function relativeTo(root: string, path: string): string {
  const base = root.replaceAll("\\", "/").replace(/\/$/, "");
  const full = path.replaceAll("\\", "/");
  return full.startsWith(`${base}/`) ? full.slice(base.length + 1) : full;
}

/** A remote's address without the name and password that may stand in it. */
export function withoutUserinfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}
