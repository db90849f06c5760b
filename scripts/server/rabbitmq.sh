# RabbitMQ 3.10, Debian's: AMQP, AMQP over TLS, its page and API, Erlang's own two, metrics.
amqp=$((port + 10)) amqps=$((port + 11)) page=$((port + 12)) peers=$((port + 13))
names_port=$((port + 14)) metrics=$((port + 15))
ports="$amqp $amqps $page $peers $names_port $metrics"
url="amqp://oms:oms-test@127.0.0.1:$amqp/%2f"
console="http://127.0.0.1:$page"

install_server() { need rabbitmq-server curl; }

start() {
  mkdir -p "$folder/home" "$folder/data"
  cat >"$folder/rabbitmq.conf" <<C
listeners.tcp.1 = 127.0.0.1:$amqp
listeners.ssl.1 = 127.0.0.1:$amqps
ssl_options.cacertfile = $tls/ca.crt
ssl_options.certfile = $tls/server.crt
ssl_options.keyfile = $tls/server.key
management.tcp.ip = 127.0.0.1
management.tcp.port = $page
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = $metrics
default_user = oms
default_pass = oms-test
log.file = false
log.console = true
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 512MB
C
  echo '[rabbitmq_management,rabbitmq_prometheus].' >"$folder/plugins"
  if [ ! -s "$folder/home/.erlang.cookie" ]; then
    (umask 077 && openssl rand -hex 16 | tr -d '\n' >"$folder/home/.erlang.cookie")
    chmod 400 "$folder/home/.erlang.cookie"
  fi
  # To be sourced before rabbitmqctl.
  cat >"$folder/env.sh" <<C
export HOME='$folder/home' LC_ALL=C.UTF-8
export RABBITMQ_NODENAME=oms$port@localhost RABBITMQ_CONF_ENV_FILE=/dev/null
export RABBITMQ_CONFIG_FILE='$folder/rabbitmq.conf' RABBITMQ_ENABLED_PLUGINS_FILE='$folder/plugins'
export RABBITMQ_ADVANCED_CONFIG_FILE='$folder/none'
export RABBITMQ_GENERATED_CONFIG_DIR='$folder/generated'
export RABBITMQ_MNESIA_BASE='$folder/data' RABBITMQ_LOG_BASE='$folder'
export RABBITMQ_DIST_PORT=$peers ERL_EPMD_PORT=$names_port ERL_EPMD_ADDRESS=127.0.0.1
loopback='-kernel inet_dist_use_interface {127,0,0,1}'
idle='+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none'
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-start_epmd false \$loopback \$idle"
export RABBITMQ_CTL_ERL_ARGS="\$loopback"
C
  # Erlang would start a name server on all interfaces, which outlives it: this one is ours.
  launch names /usr/bin/epmd -address 127.0.0.1 -port $names_port
  # Debian's own command changes the user and drops these variables. With input allowed, the shell
  # becomes the server, whose process id is the one noted.
  local become='. "$1" && exec env RABBITMQ_ALLOW_INPUT=1 "$2" -noinput'
  launch server bash -c "$become" - "$folder/env.sh" /usr/lib/rabbitmq/bin/rabbitmq-server
}

listens() {
  curl -fsS -m 3 -o /dev/null -u oms:oms-test \
    "http://127.0.0.1:$page/api/health/checks/port-listener/$1" 2>/dev/null
}
is_ready() { listens $amqp && listens $amqps; }
