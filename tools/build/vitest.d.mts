import type { ViteUserConfig } from "vitest/config";
export function testsOf(dir: string, more?: ViteUserConfig & { apart?: string[] }): ViteUserConfig;
