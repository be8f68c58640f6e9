import type { Pass } from "./pass.js";

const LARGEST_ID = 255;

/** Every region of shared memory has ids of its own. */
export const checkSharedMemory: Pass = ({ sharedMemory }, report) => {
  const owners = new Map<number, string>();
  for (const { name, id } of sharedMemory.values()) {
    const [first = 0, last = first] = String(id.value).split("-").map(Number);
    if (first > last || last > LARGEST_ID) {
      report("D007", id.at, { region: name, problem: `${id.value} is no id and no range of ids` });
      continue;
    }
    for (let one = first; one <= last; one++) {
      const other = owners.get(one);
      if (other !== undefined && other !== name) {
        report("D007", id.at, { region: name, problem: `${other} has id ${one} as well` });
        break;
      }
      owners.set(one, name);
    }
  }
};
