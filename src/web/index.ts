export { bundlePages } from './bundle.ts'
export { packedName, packPages } from './packed.ts'
export { chatPages } from './pages.ts'
export { readerPages } from './reader.ts'
