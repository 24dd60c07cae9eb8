// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FileSystemSpecialPath = { "kind": "root", } | { "kind": "minimal", } | { "kind": "current_working_directory", } | { "kind": "project_roots", subpath: string | null, } | { "kind": "tmpdir", } | { "kind": "slash_tmp", } | { "kind": "unknown", path: string, subpath: string | null, };
