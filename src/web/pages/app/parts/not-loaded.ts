/** A file of the page that could not be had: the server is out of reach, or newer than the page. */
export class NotLoaded extends Error {
  override name = 'NotLoaded'
}
