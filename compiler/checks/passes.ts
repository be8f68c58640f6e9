import type { Collector } from "../diagnostics/collector.js";
import type { DeviceSyntax } from "../parse/syntax.js";
import { checkAdministration } from "./administration.js";
import { checkAdministrationFields } from "./administration-fields.js";
import { checkAnswerCounts } from "./answer-counts.js";
import { checkArrays } from "./arrays.js";
import { checkBits } from "./bits.js";
import { checkCNames } from "./c-names.js";
import { checkConfig } from "./config.js";
import { checkConfigReads } from "./config-reads.js";
import { checkCountGates } from "./count-gates.js";
import { checkDeviceId } from "./device-id.js";
import { checkDeviceNames } from "./device-names.js";
import { checkDocs } from "./docs.js";
import { checkExpressions } from "./expressions.js";
import { checkFeatureBits } from "./feature-bits.js";
import { checkFeatureRules } from "./feature-rules.js";
import { checkFieldKeys } from "./field-keys.js";
import { checkKinds } from "./kinds.js";
import { checkLayout } from "./layout.js";
import { checkLengths } from "./lengths.js";
import { checkLimits } from "./limits.js";
import { checkMemberNames } from "./member-names.js";
import { checkMessageSize } from "./message-size.js";
import { checkMessages } from "./messages.js";
import { checkNameLists } from "./name-lists.js";
import { checkPartKeys } from "./part-keys.js";
import { checkParts } from "./parts.js";
import type { Pass } from "./pass.js";
import { checkQueueIndices } from "./queue-indices.js";
import { checkQueues } from "./queues.js";
import { checkSharedMemory } from "./shared-memory.js";
import { checkStatus } from "./status.js";
import { checkStructs } from "./structs.js";
import { checkTypeNames } from "./type-names.js";
import { checkUnions } from "./unions.js";

/** All passes in order. A stage sees only what the stages before it found no error in, so that it may rely on names. */
const stages: readonly (readonly Pass[])[] = [
  [checkDeviceId, checkFeatureBits, checkNameLists, checkTypeNames, checkMemberNames, checkDeviceNames],
  [checkExpressions, checkStructs, checkFieldKeys, checkQueues, checkDocs, checkSharedMemory, checkAdministration],
  [
    checkFeatureRules,
    checkLengths,
    checkBits,
    checkLimits,
    checkConfig,
    checkMessages,
    checkStatus,
    checkKinds,
    checkUnions,
    checkCNames,
    checkPartKeys,
    checkAdministrationFields,
  ],
  [
    checkParts,
    checkArrays,
    checkAnswerCounts,
    checkMessageSize,
    checkLayout,
    checkConfigReads,
    checkCountGates,
    checkQueueIndices,
  ],
];

/** Runs the passes over a definition. */
export function check(device: DeviceSyntax, collector: Collector): void {
  for (const [stage, passes] of stages.entries()) {
    // The first two stages look at different things: one wrong name should not hide another.
    if (stage > 1 && collector.hasErrors) return;
    for (const pass of passes) pass(device, collector.report);
  }
}
