// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfigRequirements } from "./ConfigRequirements";

export type ConfigRequirementsReadResponse = { requirements: ConfigRequirements | null, };
