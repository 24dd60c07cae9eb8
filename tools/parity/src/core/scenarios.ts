import type { Scenario } from "../drive/scenario.ts";
import { oddCalls } from "./calls.ts";
import { compactedRollbacks } from "./compacted-rollbacks.ts";
import { connections } from "./connections.ts";
import { context } from "./context.ts";
import { control } from "./control.ts";
import { deniedReads } from "./denied-reads.ts";
import { encodings } from "./encodings.ts";
import { environments } from "./environments.ts";
import { errors } from "./errors.ts";
import { images } from "./images.ts";
import { oddArguments } from "./odd-arguments.ts";
import { rightsOfCalls, stoppedPatches } from "./rights.ts";
import { catalogs } from "./catalogs.ts";
import { wrongCatalogs } from "./wrong-catalogs.ts";
import { questions, together } from "./together.ts";
import { clientTools } from "./client-tools.ts";
import { permissionRequests } from "./permission-requests.ts";
import { samplings } from "./sampling.ts";
import { itemKinds } from "./item-kinds.ts";
import { lifecycle } from "./lifecycle.ts";
import { plain } from "./plain.ts";
import { remoteCompaction } from "./remote-compaction.ts";
import { shells } from "./shells.ts";
import { skills } from "./skills.ts";
import { reviews } from "./review.ts";
import { undo } from "./undo.ts";

export const scenarios: readonly Scenario[] = [
  ...plain,
  ...context,
  ...errors,
  ...control,
  ...oddCalls,
  ...shells,
  ...lifecycle,
  ...compactedRollbacks,
  ...reviews,
  ...skills,
  ...images,
  ...deniedReads,
  ...remoteCompaction,
  ...connections,
  ...encodings,
  ...environments,
  ...undo,
  ...itemKinds,
  ...samplings,
  ...clientTools,
  ...permissionRequests,
  ...together,
  ...questions,
  ...catalogs,
  ...wrongCatalogs,
  ...oddArguments,
  ...rightsOfCalls,
  ...stoppedPatches,
];
