export interface Platform {
  runtime_os: string;
  /** The distribution's version, for example `12.0.0`. */
  runtime_os_version: string;
  runtime_arch: string;
}

const SYSTEMS: Readonly<Record<string, string>> = { darwin: "macos", win32: "windows" };
const ARCHES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** Node's names of platform and processor as events spell them. Spec: analytics, A3. */
export function platformOf(platform: string, arch: string, osVersion: string): Platform {
  return {
    runtime_os: SYSTEMS[platform] ?? platform,
    runtime_os_version: osVersion,
    runtime_arch: ARCHES[arch] ?? arch,
  };
}
