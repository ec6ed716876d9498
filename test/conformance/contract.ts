import { join } from 'node:path'

import type { LawBook } from './laws.ts'

export interface Contract {
  commands: Record<string, { replies: string[]; errors?: string[] }>
  events: string[]
  errors: string[]
  close_codes: number[]
  /** Names of the above that nobody can be asked to show, and why. */
  excused: Record<string, string>
  laws: LawBook
}

/** The contract beside this file. */
export async function readContract(): Promise<Contract> {
  return Bun.YAML.parse(await Bun.file(join(import.meta.dir, 'contract.yaml')).text()) as Contract
}
