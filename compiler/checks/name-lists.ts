import type { Report } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import type { NamedValueSyntax, NamesSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** A number has one name in a list, unless another says that it is an alias. */
export const checkNameLists: Pass = ({ names }, report) => {
  for (const list of names.values()) {
    const owners = new Map<number, string>();
    for (const value of list.values.values()) {
      if (value.aliasOf) checkAlias(list, value, report);
      else checkNumber(list, value, owners, report);
    }
  }
};

function checkNumber(
  list: NamesSyntax,
  { name, value }: NamedValueSyntax,
  owners: Map<number, string>,
  report: Report,
): void {
  const other = owners.get(value.value);
  if (other !== undefined) report("T014", value.at, { list: list.name, value: value.value, name, other });
  else owners.set(value.value, name);
}

function checkAlias(list: NamesSyntax, { name, value, aliasOf }: NamedValueSyntax, report: Report): void {
  if (!aliasOf) return;
  const other = list.values.get(aliasOf.value);
  const help = didYouMean(aliasOf.value, list.values.keys());
  if (!other) report("T023", aliasOf.at, { problem: `names "${list.name}" has no ${aliasOf.value}` }, { help });
  else if (other.aliasOf) report("T023", aliasOf.at, { problem: `${other.name} is an alias itself` });
  else if (other.value.value !== value.value) {
    report("T023", value.at, { problem: `${name} is ${value.value} but ${other.name} is ${other.value.value}` });
  }
}
