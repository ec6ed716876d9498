export { readerPages } from './reader.ts'
