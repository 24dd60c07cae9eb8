// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { NetworkApprovalProtocol } from "./NetworkApprovalProtocol";

export type NetworkApprovalContext = { host: string, protocol: NetworkApprovalProtocol, };
