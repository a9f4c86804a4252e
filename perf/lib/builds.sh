# Builds the load generator and the servers that are measured. Read by perf/run.

declare -A missing  # server -> why it cannot be had here
bun=''

attempt() { # NAME COMMAND...: runs a build; its output goes to the log
  local name=$1
  shift
  say "building $name ..."
  if "$@" >>"$log" 2>&1; then return 0; fi
  say "  $name could not be built; see $log"
  return 1
}

has_header() { echo "#include <$1>" | g++ -E -x c++ - >/dev/null 2>&1; }
dotnet_build() { dotnet build -c Release --nologo -v quiet "$1"; }
npm_install() { (cd "$1" && npm ci --no-audit --no-fund); }
# Without modules, from Debian's packages golang-go and golang-github-gorilla-websocket-dev: nothing is fetched.
go_build() { GO111MODULE=off GOFLAGS='' GOPATH=/usr/share/gocode${GOPATH:+:$GOPATH} go build -o "$1" "./$2"; }

build_load() {
  local libraries=()
  if has_header openssl/ssl.h; then libraries+=(-lssl -lcrypto); fi
  if has_header zlib.h; then libraries+=(-lz); fi
  attempt "the load generator" g++ -O3 -std=c++17 -o "$build/wsload" perf/wsload/wsload.cpp "${libraries[@]}" || { tail -5 "$log" >&2; exit 1; }
  features=$("$build/wsload" --features)
}

build_servers() {
  local server echo_failed=''
  for server in "${servers[@]}"; do
    case "$server" in
      hutong-standalone) attempt "$server" dotnet_build perf/servers/standalone || missing[$server]="the build failed" ;;
      hutong-rooms) attempt "$server" dotnet_build perf/servers/rooms || missing[$server]="the build failed" ;;
      hutong-socketio) attempt "$server" dotnet_build perf/servers/hutong-socketio || missing[$server]="the build failed" ;;
      hutong*)  # one program, built once
        if [ -z "$echo_failed" ]; then attempt Hutong dotnet_build samples/Echo && echo_failed=no || echo_failed=yes; fi
        if [ "$echo_failed" = yes ]; then missing[$server]="the build failed"; fi ;;
      aspnetcore|signalr*) attempt "$server" dotnet_build "perf/servers/${server%-groups}" || missing[$server]="the build failed" ;;
      ws|bun|socketio) attempt "$server" npm_install "perf/servers/$server" || missing[$server]="npm could not install it" ;;
      gorilla) attempt "$server" go_build "$build/gorilla" perf/servers/gorilla || missing[$server]="Go or the package is not installed" ;;
      raw) attempt "$server" g++ -x c -O3 -o "$build/raw" perf/servers/raw.c || missing[$server]="the build failed" ;;
    esac
  done
  if contains bun "${servers[@]}" && [ -z "${missing[bun]:-}" ]; then find_bun; fi
}

# The package's install script puts the binary in its place; where scripts may not run it stays in the platform's package.
find_bun() {
  local candidate
  for candidate in perf/servers/bun/node_modules/bun/bin/bun.exe perf/servers/bun/node_modules/@oven/bun-linux-*/bin/bun; do
    if [ -x "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then bun=$candidate; return; fi
  done
  missing[bun]="the package has no binary for this machine"
}

make_certificate() {
  certificate=$scratch/certificate.pem key=$scratch/key.pem secure=true
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$key" -out "$certificate" >>"$log" 2>&1 || secure=false
}
