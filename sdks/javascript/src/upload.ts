import type { Fetch, NativeFile, UploadOptions } from './api.ts'
import { codeOf, Refusal } from './errors.ts'
import { languageOf } from './language.ts'
import { isDm } from './place.ts'
import { platform } from './platform.ts'
import { opened, read } from './rest.ts'

// As much of XMLHttpRequest as is used here: fetch does not tell how much was sent.
interface Xhr {
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null }
  onload: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
  status: number
  responseText: string
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getResponseHeader(name: string): string | null
  send(body: FormData): void
  abort(): void
}

interface Target {
  origin: string
  token: string
  locale?: string | (() => string)
  fetch: Fetch
}

const cancelled = () => new Refusal('CANCELLED')

/** `POST /files/upload`, multipart: `file`, `room_id` or `conversation_id`, `description`. With progress where there is an XMLHttpRequest, else told at the end. */
export async function upload(target: Target, given: Blob | NativeFile, options: UploadOptions): Promise<unknown> {
  const { signal, ref } = options
  if (signal?.aborted) throw cancelled()
  // What React Native's takes is no Blob by its types.
  const file = given as Blob
  // React Native's has no `set`.
  const form = new FormData()
  if (ref !== undefined)
    form.append(isDm(ref) ? 'conversation_id' : 'room_id', String(isDm(ref) ? ref.conversation_id : ref.room_id))
  if (options.description !== undefined) form.append('description', options.description)
  if (options.name === undefined) form.append('file', file)
  else form.append('file', file, options.name)
  const Request = platform.XMLHttpRequest() as (new () => Xhr) | undefined
  try {
    return await (Request === undefined ? fetched(target, form, file, options) : sent(new Request(), target, form, options)) // prettier-ignore
  } catch (error) {
    // A server without files takes nothing but JSON.
    throw codeOf(error) === 'UNSUPPORTED_MEDIA_TYPE' ? new Refusal('FEATURE_DISABLED') : error
  }
}

const address = ({ origin }: Target) => `${origin}/api/v1/files/upload`

function headers(target: Target): Record<string, string> {
  const language = languageOf(target)
  return { authorization: `Bearer ${target.token}`, ...(language !== undefined && { 'accept-language': language }) }
}

async function fetched(target: Target, body: FormData, file: Blob, { signal, onProgress }: UploadOptions) {
  const request = { method: 'POST', headers: headers(target), body, ...(signal && { signal }) }
  const [response, text] = await target
    .fetch(address(target), request)
    .then(read)
    .catch((error: unknown) => {
      throw new Refusal(signal?.aborted ? 'CANCELLED' : 'NOT_CONNECTED', String(error))
    })
  const answer = opened(response.status, text, response.headers.get('retry-after'))
  onProgress?.(file.size, file.size)
  return answer
}

const sent = (request: Xhr, target: Target, body: FormData, { signal, onProgress }: UploadOptions): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const abort = () => request.abort()
    const settle = (act: () => void) => () => {
      signal?.removeEventListener('abort', abort)
      act()
    }
    request.open('POST', address(target))
    for (const [name, value] of Object.entries(headers(target))) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total)
    request.onload = settle(() => {
      // What throws in here is the rejection.
      resolve(
        Promise.resolve().then(() =>
          opened(request.status, request.responseText, request.getResponseHeader('retry-after')),
        ),
      )
    })
    request.onerror = settle(() => reject(new Refusal('NOT_CONNECTED')))
    request.onabort = settle(() => reject(cancelled()))
    signal?.addEventListener('abort', abort)
    request.send(body)
  })
