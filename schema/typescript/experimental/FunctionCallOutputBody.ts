// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FunctionCallOutputContentItem } from "./FunctionCallOutputContentItem";

export type FunctionCallOutputBody = string | Array<FunctionCallOutputContentItem>;
