/** The configuration: defaults, then `config.toml`, then the environment, then flags. */
export { configurationDocument, effectiveFile, exampleFile } from './document.ts'
export { ConfigError } from './error.ts'
export { type ConfigSource, defaults, type LoadedConfig, loadConfig, readConfig } from './load.ts'
export { nearest } from './nearest.ts'
export type { Config } from './schema.ts'
export { addGeneratedKey, resolveSecrets } from './secrets.ts'
export { parseBindAddress, parseCidr } from './units.ts'
