# Apache Kafka 4.1 from its Maven artifacts, one node (KRaft): plain, TLS, its controller, and two
# that tests cut off: a client that comes by one of them is told to call two ports above it, where
# the test's own proxy listens.
version=4.1.2
plain=$((port + 30)) secure=$((port + 31)) controller=$((port + 32))
cut=($((port + 33)) $((port + 34)))
ports="$plain $secure $controller ${cut[*]}"
url="kafka://127.0.0.1:$plain"
jars=$cache/kafka-$version

install_server() {
  [ ! -e "$jars/complete" ] || return 0
  command -v java >/dev/null || unavailable "it needs Java 17 (Debian's openjdk-17-jre-headless)"
  command -v mvn >/dev/null || unavailable "it needs Maven (Debian's maven)"
  say "fetching Kafka $version"
  rm -rf "$jars" && mkdir -p "$jars"
  cat >"$folder/pom.xml" <<C
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>oms</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>$version</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.3</version>
    </dependency>
  </dependencies>
  <build><pluginManagement><plugins><plugin><groupId>org.apache.maven.plugins</groupId>
    <artifactId>maven-dependency-plugin</artifactId><version>2.8</version>
  </plugin></plugins></pluginManagement></build>
</project>
C
  (cd "$folder" && timeout 300 mvn -q -B dependency:copy-dependencies -DoutputDirectory="$jars" \
    -DincludeScope=runtime) >"$folder/maven.log" 2>&1 ||
    unavailable "Maven could not fetch it, see $folder/maven.log"
  touch "$jars/complete"
}

start() {
  cat >"$folder/server.properties" <<C
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$plain,SSL://127.0.0.1:$secure,CONTROLLER://127.0.0.1:$controller,\\
  CUT0://127.0.0.1:${cut[0]},CUT1://127.0.0.1:${cut[1]}
advertised.listeners=PLAINTEXT://127.0.0.1:$plain,SSL://127.0.0.1:$secure,\\
  CUT0://127.0.0.1:$((cut[0] + 2)),CUT1://127.0.0.1:$((cut[1] + 2))
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SSL:SSL,CONTROLLER:PLAINTEXT,\\
  CUT0:PLAINTEXT,CUT1:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$folder/data
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.segment.bytes=67108864
log.cleaner.dedupe.buffer.size=8388608
num.network.threads=2
num.io.threads=4
ssl.keystore.type=PEM
ssl.keystore.location=$tls/server.pem
ssl.truststore.type=PEM
ssl.truststore.location=$tls/ca.crt
C
  cat >"$folder/log4j2.xml" <<'C'
<Configuration status="WARN">
  <Appenders>
    <Console name="out"><PatternLayout pattern="%d %p %c{1} %m%n"/></Console>
  </Appenders>
  <Loggers><Root level="INFO"><AppenderRef ref="out"/></Root></Loggers>
</Configuration>
C
  local java=(java -Xms128m -Xmx512m -XX:+UseSerialGC -cp "$jars/*"
    "-Dlog4j2.configurationFile=$folder/log4j2.xml")
  if [ ! -e "$folder/data/meta.properties" ]; then
    rm -rf "$folder/data"
    # Any 16 bytes in URL-safe base64 name a cluster.
    local id
    id=A$(openssl rand -base64 16 | tr '+/' AB | cut -c 2-22)
    "${java[@]}" kafka.tools.StorageTool format -t "$id" -c "$folder/server.properties" \
      >"$folder/format.log" 2>&1 ||
      fail "its storage could not be formatted, see $folder/format.log"
  fi
  [ ! -e "$folder/server.log" ] || mv "$folder/server.log" "$folder/server.log.before"
  launch server "${java[@]}" kafka.Kafka "$folder/server.properties"
}

# Its port is open a moment before it answers.
is_ready() {
  grep -q 'Kafka Server started' "$folder/server.log" 2>/dev/null && port_is_taken $plain
}
