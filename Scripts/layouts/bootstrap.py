import json, sys
sys.path.insert(0, 'Scripts/layouts')
from fields import GROUPS
d = json.load(open('/work/shared/reference/layouts.json'))
rows = {'3.8':'3.8.18','3.9':'3.9.18','3.10':'3.10.13','3.11':'3.11.7','3.12':'3.12.1','3.13':'3.13.0','3.14':'3.14.8','3.15':'3.15.0','3.13t':'3.13.15t','3.14t':'3.14.8t','3.15t':'3.15.0t'}
def find(v, spec):
    for s in spec:
        if s.startswith('sizeof:'): r = d[v]['sizeof'].get(s[7:])
        elif s.startswith('const:'): r = d[v]['const'].get(s[6:])
        elif s.startswith('bits:'): r = d[v]['bits'].get(s[5:])
        else: r = d[v]['offset'].get(s, {}).get('off')
        if r is not None: return r
    if 'PyFrameObject.f_blockstack' in spec and v < '3.11' or 'PyFrameObject.f_blockstack' in spec and v.startswith('3.8') or v.startswith('3.9') and 'PyFrameObject.f_blockstack' in spec:
        if v[:4] in ('3.8.','3.9.'): return 120
        if v.startswith('3.10'): return 112
    if 'PyModuleObject.md_dict' in spec: return 16
    if 'const:Py_TPFLAGS_MANAGED_DICT' in spec and False: pass
    return None
first = True
struct = []
for g, fs in GROUPS.items():
    T = g[0].upper()+g[1:]+'Fields'
    struct.append((g, T, fs))
if 'struct' in sys.argv:
    for g,T,fs in struct:
        print(f'  public struct {T}: Sendable, Equatable {{')
        for f,*_ in fs: print(f'    public var {f.rstrip("?")}: Int' + ('?' if f.endswith('?') else ''))
        print('  }\n')
    for g,T,fs in struct: print(f'  public var {g}: {T}')
else:
  for name, v in rows.items():
    out = [f'extension Layout {{', f'  static let v{name.replace(".","_")} = Layout(', f'    version: PythonVersion(hex: 0x{d[v]["const"]["PY_VERSION_HEX"]:08x}), isFreeThreaded: {str(name.endswith("t")).lower()},']
    gs=[]
    for g,T,fs in struct:
        args=[]
        for f,*spec in fs:
            r = find(v, spec)
            if r is None:
                assert f.endswith('?'), (name, f)
                continue
            args.append(f'{f.rstrip("?")}: {r}')
        gs.append(f'    {g}: {T}({", ".join(args)})' if args else f'    {g}: {T}()')
    out.append(',\n'.join(gs)); out.append('  )\n}')
    fn = f'Sources/CPython/Layout/Layout+{name}.swift'
    open(fn,'w').write('\n'.join(out)+'\n')
