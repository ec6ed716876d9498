import { documentCommand } from './document.ts'

export const command = documentCommand('openapi', 'the OpenAPI document of the REST API')
