/** The parts of WebAssembly that the SQLite driver uses, beside those declared in src/skim/web-assembly.d.ts. */
declare namespace WebAssembly {
  interface Memory {
    grow(pages: number): number
  }
  class Table {
    grow(by: number): number
    set(index: number, value: unknown): void
  }
  interface ImportDescriptor {
    readonly module: string
    readonly name: string
    readonly kind: string
  }
  namespace Module {
    function imports(module: Module): readonly ImportDescriptor[]
  }
  class RuntimeError extends Error {}
}
