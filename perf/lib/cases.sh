# Who is measured, and in what. Read by perf/run.

all_servers=(hutong hutong-pending hutong-pipe hutong-kestrel hutong-async hutong-standalone aspnetcore signalr ws bun gorilla raw
  hutong-rooms signalr-groups hutong-socketio socketio)
# These decide whether the figures to reach (report/goals.mjs) are reached, and are measured unless others are asked for.
default_cases=(echo125x1 echo125x16 echo16Kx1 echo1Mx1 wss125x1 wss125x16 deflate1Kx1 broadcast10000x1 broadcast10000x8
  handshake handshake-fast idle10000 rooms5000 rooms5000x8
  socketio-connect socketio-ack125x1 socketio-ack125x16 socketio-room5000 socketio-room5000x8 socketio-idle10000)
all_cases=(echo16x1 echo16x16 echo125x1 echo125x16 echo1Kx1 echo1Kx16 echo16Kx1 echo16Kx16 echo1Mx1 echo1Mx16
  echo125x1c1 echo125x1c1000 echo125x1c10000 wss125x1 wss125x16 wss16Kx1 deflate1Kx1
  broadcast1000x1 broadcast1000x8 broadcast10000x1 broadcast10000x8 handshake handshake-fast idle10000 rooms5000 rooms5000x8 rooms10000
  socketio-connect socketio-ack125x1 socketio-ack125x16 socketio-room5000 socketio-room5000x8 socketio-idle10000)

# How many connections the large cases have; a quick run has fewer.
thousand=1000 five_thousand=5000 ten_thousand=10000

# Sets the load's arguments, the scheme and the path, for every server alike.
define() { # CASE
  local bytes depth
  scheme=http path=/echo arguments=()
  case "$1" in
    broadcast*) path=/b arguments+=(--mode broadcast) ;;
    rooms*|socketio-room*) arguments+=(--mode broadcast) ;;
    handshake*|socketio-connect) arguments+=(--mode handshake --connections 64 --sources 200) ;;
    idle*|socketio-idle*) arguments+=(--mode idle --touch 1) ;;
    wss*) scheme=https arguments+=(--tls) ;;
    deflate*) arguments+=(--deflate) ;;
  esac
  # The name says the rest: the bytes and the depth of an echo, the depth of a broadcast or in a room, and how many connections there are.
  if [[ $1 =~ ^(echo|wss|deflate|socketio-ack)([0-9]+)([KM]?)x([0-9]+) ]]; then
    bytes=${BASH_REMATCH[2]} depth=${BASH_REMATCH[4]}
    case "${BASH_REMATCH[3]}" in K) bytes=$((bytes * 1024)) ;; M) bytes=$((bytes * 1048576)) arguments+=(--connections 16) ;; esac
    arguments+=(--size "$bytes" --depth "$depth")
  elif [[ $1 =~ x([0-9]+)$ ]]; then
    arguments+=(--depth "${BASH_REMATCH[1]}")
  fi
  needed=1200
  case "$1" in
    *c1) arguments+=(--connections 1) ;;
    *c10000|broadcast10000*|*idle10000) many "$ten_thousand" ;;
    rooms10000*) many "$ten_thousand" ;;
    rooms5000*|socketio-room5000*) many "$five_thousand" ;;
    *c1000|broadcast1000*) many "$thousand" ;;
  esac
}
many() { # CONNECTIONS
  needed=$(($1 + 200))
  arguments+=(--connections "$1" --sources 50)
}

# What a server needs that others do not.
adapt() { # SERVER CASE
  case "$1" in
    hutong-async) path=/echo-async ;;
    signalr)
      signalr_hub /hub
      arguments+=(--publish '{"type":1,"target":"Echo","arguments":["%s"]}') ;;
    hutong-rooms)
      path=/rt
      arguments+=(--say '{"type":"join","id":"1","room":"perf"}' --await '{"type":"ack","id":"1"'
        --publish '{"type":"chat_message","room":"perf","payload":{"content":"%s"}}'
        --delivery '{"type":"chat_message","room":"perf","timestamp":*,"payload":{"content":"%s"}}') ;;
    signalr-groups)
      signalr_hub /rooms
      arguments+=(--say '{"type":1,"invocationId":"1","target":"Join","arguments":["perf"]}'
        --await '{"type":3,"invocationId":"1","result":null}'
        --publish '{"type":1,"target":"Publish","arguments":["perf","%s"]}' --delivery '{"type":1,"target":"Message","arguments":["%s"]}') ;;
    hutong-socketio|socketio)
      path='/socket.io/?EIO=4&transport=websocket'
      arguments+=(--await '0{' --say 40 --await '40{' --ping 2 --pong 3)
      case "$2" in
        *room*) arguments+=(--say '420["join","perf"]' --await '430[]' --publish '42["publish","perf","%s"]' --delivery '42["message","%s"]') ;;
        *ack*|*idle*) arguments+=(--publish '420["echo","%s"]' --delivery '430["%s"]') ;;
      esac ;;
    raw) if [[ $2 == echo* ]]; then arguments+=(--mode raw); fi ;;
  esac
}

# SignalR's JSON protocol: its handshake, and its pings, which a client sends as well.
signalr_hub() { # PATH
  path=$1
  arguments+=(--separator 30 --say '{"protocol":"json","version":1}' --await '{}' --ping '{"type":6}' --pong '{"type":6}')
}

takes_part() { # SERVER CASE
  case "$1 $2" in
    # Beside a bare broadcast.
    *\ rooms10000) [[ $1 == hutong-rooms ]] ;;
    hutong-rooms\ rooms*|signalr-groups\ rooms*|socketio\ rooms*|hutong-socketio\ socketio-*|socketio\ socketio-*) true ;;
    hutong-rooms\ *|signalr-groups\ *|hutong-socketio\ *|socketio\ *|*\ rooms*|*\ socketio-*) false ;;
    hutong-standalone\ handshake-fast|aspnetcore\ handshake-fast|bun\ handshake-fast) true ;;
    hutong-standalone\ *|*\ handshake-fast) false ;;
    raw\ *) [[ $2 == echo* || $2 == broadcast* ]] ;;
    hutong-async\ *) [[ $2 == echo* ]] ;;
    # A hub takes 32 KiB at most unless it is told otherwise.
    signalr\ *) [[ $2 == echo* && $2 != echo1M* ]] ;;
    # Under TLS there is no bare socket: these would be the same as the default.
    hutong-pending\ wss*|hutong-pipe\ wss*) false ;;
    hutong-kestrel\ idle*|gorilla\ idle*) false ;;
    *) true ;;
  esac
}

# Whether report/goals.mjs says something about a server in a case.
is_compared() { # SERVER CASE
  case "$2:$1" in
    rooms*:*|socketio-*:*) ;;
    echo125x*:hutong-async | handshake-fast:hutong-standalone | idle*:hutong-pending | idle*:hutong-pipe) ;;
    *:hutong-* | *:signalr | *:ws | *:gorilla) return 1 ;;
    wss*:bun | deflate*:bun | handshake:bun) return 1 ;;
    *:raw) [[ $2 == echo125x* || $2 == broadcast10000x1 ]] ;;
  esac
}
