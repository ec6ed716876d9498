/** A body that is made while it is read, so that it may be larger than the memory. When making it fails, the connection ends in the middle, so that nobody takes a part for the whole. */
export function streamed(chunks: AsyncGenerator<string>, headers: Record<string, string>): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel: async () => {
        await chunks.return(undefined)
      },
    },
    // Nothing is made before somebody reads.
    { highWaterMark: 0 },
  )
  return new Response(body, { headers })
}
