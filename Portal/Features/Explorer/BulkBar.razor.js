// @ts-check
/**
 * Hands what .NET streams to the browser as a file.
 * @param {string} name
 * @param {DotNetStream} content
 */
export async function save(name, content) {
  const address = URL.createObjectURL(new Blob([await content.arrayBuffer()], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
