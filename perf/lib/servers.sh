# Starts and stops servers, always by process id. Read by perf/run.

stop() { # PID
  [ -n "$1" ] || return 0
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# Sets server_pid; the server is pinned to its core.
launch() { # SERVER SCHEME PORT
  local -a command tls=()
  local url=$2://127.0.0.1:$3
  if [ "$2" = https ]; then
    case "$1" in
      ws|bun|gorilla) tls=("$certificate" "$key") ;;
      *) tls=("--Kestrel:Certificates:Default:Path=$certificate" "--Kestrel:Certificates:Default:KeyPath=$key") ;;
    esac
  fi
  case "$1" in
    hutong|hutong-async) command=(env HUTONG_TRANSPORT=loops dotnet artifacts/bin/Echo/release/Echo.dll --urls "$url" "${tls[@]}") ;;
    hutong-standalone) command=(dotnet artifacts/bin/Standalone/release/Standalone.dll "ws://127.0.0.1:$3") ;;
    hutong-rooms) command=(dotnet artifacts/bin/RoomsServer/release/RoomsServer.dll --urls "$url") ;;
    hutong-socketio) command=(dotnet artifacts/bin/SocketIOServer/release/SocketIOServer.dll --urls "$url") ;;
    hutong-*) command=(env HUTONG_TRANSPORT="${1#hutong-}" dotnet artifacts/bin/Echo/release/Echo.dll --urls "$url" "${tls[@]}") ;;
    aspnetcore) command=(dotnet artifacts/bin/AspNetCoreEcho/release/AspNetCoreEcho.dll --urls "$url" "${tls[@]}") ;;
    signalr|signalr-groups) command=(dotnet artifacts/bin/SignalREcho/release/SignalREcho.dll --urls "$url" "${tls[@]}") ;;
    ws) command=(node perf/servers/ws/server.mjs "$3" "${tls[@]}") ;;
    socketio) command=(node perf/servers/socketio/server.mjs "$3") ;;
    bun) command=("$bun" perf/servers/bun/server.js "$3" "${tls[@]}") ;;
    gorilla) command=("$build/gorilla" "$3" "${tls[@]}") ;;
    raw)
      command=("$build/raw" "$3")
      if [ "$path" = /b ]; then command+=(broadcast); fi ;;
  esac
  echo "--- $1 ${command[*]}" >>"$log"
  taskset -c "$server_core" "${command[@]}" >>"$log" 2>&1 </dev/null &
  server_pid=$!
}

answers() { # PORT: does anybody listen?
  (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Launches a server on a free port and waits until it listens; sets port, or why.
start() { # SERVER SCHEME
  local waited
  why=''
  port=$("$build/wsload" --free-port)
  launch "$1" "$2" "$port"
  for ((waited = 0; waited < 400; waited++)); do
    if answers "$port"; then return 0; fi
    if ! kill -0 "$server_pid" 2>/dev/null; then why="it ended at its start"; return 1; fi
    sleep 0.05
  done
  why="it did not listen within 20 seconds"
  return 1
}
