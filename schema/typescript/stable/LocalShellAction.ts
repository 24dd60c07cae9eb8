// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { LocalShellExecAction } from "./LocalShellExecAction";

export type LocalShellAction = { "type": "exec" } & LocalShellExecAction;
