// Imported `with { type: 'file' }`: the path of the file, on disk or within the executable.
declare module 'swagger-ui-dist/*' {
  const path: string
  export default path
}
