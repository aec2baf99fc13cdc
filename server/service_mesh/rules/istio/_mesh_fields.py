"""The settings of a mesh and of its proxies, with the form of each, so that what istiod passes over can be told.

Names and forms are those of istio/api 1.31 (`mesh/v1alpha1/config.proto`, `mesh/v1alpha1/proxy.proto`), in the JSON
notation of protobuf; releases before have no others, apart from what they removed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from service_mesh.model.node import Node

__all__ = ["MESH_CONFIG", "PROXY_CONFIG", "Field", "Setting", "field_names", "settings_below"]

MESH_CONFIG = "MeshConfig"
PROXY_CONFIG = "ProxyConfig"

# Form of a field: text (s), switch (b), whole number (i), number (f), duration (d), anything (*), a map of other fields
# (+), a map of names to a form (M), one of several words (A|B), or the name of a message; [] marks a list.
_MESSAGES = """
MeshConfig
  proxyListenPort:i proxyInboundListenPort:i proxyHttpPort:i connectTimeout:d hboneIdleTimeout:d
  protocolDetectionTimeout:d tcpKeepalive:+ ingressClass:s ingressService:s
  ingressControllerMode:UNSPECIFIED|OFF|DEFAULT|STRICT ingressSelector:s enableTracing:b accessLogFile:s
  accessLogFormat:s accessLogEncoding:TEXT|JSON enableEnvoyAccessLogService:b disableEnvoyListenerLog:b
  defaultConfig:ProxyConfig outboundTrafficPolicy:OutboundTrafficPolicy inboundTrafficPolicy:InboundTrafficPolicy
  configSources[]:ConfigSource enableAutoMtls:b trustDomain:s trustDomainAliases[]:s
  caCertificates[]:CertificateData defaultServiceExportTo[]:s defaultVirtualServiceExportTo[]:s
  defaultDestinationRuleExportTo[]:s rootNamespace:s localityLbSetting:+ zoneAwareLbSetting:+ dnsRefreshRate:d
  h2UpgradePolicy:DO_NOT_UPGRADE|UPGRADE inboundClusterStatName:s outboundClusterStatName:s
  certificates[]:Certificate serviceSettings[]:ServiceSettings serviceScopeConfigs[]:ServiceScopeConfigs
  enablePrometheusMerge:b verifyCertificateAtClient:b ca:CA extensionProviders[]:ExtensionProvider
  defaultProviders:DefaultProviders discoverySelectors[]:LabelSelector pathNormalization:ProxyPathNormalization
  defaultHttpRetryPolicy:+ meshMTLS:TLSConfig tlsDefaults:TLSConfig defaultTrafficPolicy:DefaultTrafficPolicy
  serviceEntryVisibility:ServiceEntryVisibility
OutboundTrafficPolicy
  mode:REGISTRY_ONLY|ALLOW_ANY|ALLOW_ANY_DYNAMIC_DNS tls:+
InboundTrafficPolicy
  mode:PASSTHROUGH|LOCALHOST
CertificateData
  pem:s spiffeBundleUrl:s certSigners[]:s trustDomains[]:s
ServiceSettings
  settings:Settings hosts[]:s
Settings
  clusterLocal:b
ServiceScopeConfigs
  namespaceSelector:LabelSelector servicesSelector:LabelSelector scope:LOCAL|GLOBAL
CA
  address:s tlsSettings:+ requestTimeout:d istiodSide:b
ExtensionProvider
  name:s envoyExtAuthzHttp:EnvoyExternalAuthorizationHttpProvider
  envoyExtAuthzGrpc:EnvoyExternalAuthorizationGrpcProvider zipkin:ZipkinTracingProvider
  lightstep:LightstepTracingProvider datadog:DatadogTracingProvider stackdriver:StackdriverProvider
  opencensus:OpenCensusAgentTracingProvider skywalking:SkyWalkingTracingProvider
  opentelemetry:OpenTelemetryTracingProvider prometheus:PrometheusMetricsProvider
  envoyFileAccessLog:EnvoyFileAccessLogProvider envoyHttpAls:EnvoyHttpGrpcV3LogProvider
  envoyTcpAls:EnvoyTcpGrpcV3LogProvider envoyOtelAls:EnvoyOpenTelemetryLogProvider sds:SDSProvider
EnvoyExternalAuthorizationRequestBody
  maxRequestBytes:i allowPartialMessage:b packAsBytes:b
EnvoyExternalAuthorizationHttpProvider
  service:s port:i timeout:d pathPrefix:s failOpen:b clearRouteCache:b statusOnError:s includeHeadersInCheck[]:s
  includeRequestHeadersInCheck[]:s includeAdditionalHeadersInCheck:Ms
  includeRequestBodyInCheck:EnvoyExternalAuthorizationRequestBody headersToUpstreamOnAllow[]:s
  headersToDownstreamOnDeny[]:s headersToDownstreamOnAllow[]:s
EnvoyExternalAuthorizationGrpcProvider
  service:s port:i timeout:d failOpen:b clearRouteCache:b statusOnError:s
  includeRequestBodyInCheck:EnvoyExternalAuthorizationRequestBody
ZipkinTracingProvider
  service:s port:i maxTagLength:i enable64bitTraceId:b path:s
  traceContextOption:USE_B3|USE_B3_WITH_W3C_PROPAGATION timeout:d headers[]:HttpHeader
LightstepTracingProvider
  service:s port:i accessToken:s maxTagLength:i
DatadogTracingProvider
  service:s port:i maxTagLength:i
SkyWalkingTracingProvider
  service:s port:i accessToken:s
StackdriverProvider
  debug:b maxNumberOfAttributes:i maxNumberOfAnnotations:i maxNumberOfMessageEvents:i maxTagLength:i
  logging:Logging
Logging
  labels:Ms
OpenCensusAgentTracingProvider
  service:s port:i context[]:UNSPECIFIED|W3C_TRACE_CONTEXT|GRPC_BIN|CLOUD_TRACE_CONTEXT|B3 maxTagLength:i
PrometheusMetricsProvider
EnvoyFileAccessLogProvider
  path:s logFormat:LogFormat omitEmptyValues:b
LogFormat
  text:s labels:*
EnvoyHttpGrpcV3LogProvider
  service:s port:i logName:s filterStateObjectsToLog[]:s additionalRequestHeadersToLog[]:s
  additionalResponseHeadersToLog[]:s additionalResponseTrailersToLog[]:s
EnvoyTcpGrpcV3LogProvider
  service:s port:i logName:s filterStateObjectsToLog[]:s
EnvoyOpenTelemetryLogProvider
  service:s port:i logName:s logFormat:LogFormat
OpenTelemetryTracingProvider
  service:s port:i maxTagLength:i http:HttpService grpc:GrpcService resourceDetectors:ResourceDetectors
  serviceAttributeEnrichment:ISTIO_CANONICAL|OTEL_SEMANTIC_CONVENTIONS dynatraceSampler:DynatraceSampler
DynatraceSampler
  tenant:s clusterId:i rootSpansPerMinute:i httpService:DynatraceApi
DynatraceApi
  service:s port:i http:HttpService
SDSProvider
  name:s service:s port:i
HttpService
  path:s timeout:d headers[]:HttpHeader
HttpHeader
  name:s value:s envName:s
ResourceDetectors
  environment:EnvironmentResourceDetector dynatrace:DynatraceResourceDetector
EnvironmentResourceDetector
DynatraceResourceDetector
GrpcService
  timeout:d initialMetadata[]:HttpHeader
DefaultProviders
  tracing[]:s metrics[]:s accessLogging[]:s
ProxyPathNormalization
  normalization:DEFAULT|NONE|BASE|MERGE_SLASHES|DECODE_AND_MERGE_SLASHES
TLSConfig
  minProtocolVersion:TLS_AUTO|TLSV1_2|TLSV1_3 ecdhCurves[]:s cipherSuites[]:s
DefaultTrafficPolicy
  connectionPool:+ outlierDetection:+
LabelSelector
  matchLabels:Ms matchExpressions[]:LabelSelectorRequirement
LabelSelectorRequirement
  key:s operator:s values[]:s
ServiceEntryVisibility
  defaultVisibility:VISIBILITY_UNSPECIFIED|NONE|NAMESPACE|PUBLIC applyToSidecars:b policies[]:Policy
Policy
  visibility:VISIBILITY_UNSPECIFIED|NONE|NAMESPACE|PUBLIC matchingRules[]:MatchRule
MatchRule
  namespaceSelector:LabelSelector
ConfigSource
  address:s tlsSettings:+ subscribedResources[]:SERVICE_REGISTRY|
Certificate
  secretName:s dnsNames[]:s
Tracing
  zipkin:Zipkin lightstep:Lightstep datadog:Datadog stackdriver:Stackdriver openCensusAgent:OpenCensusAgent
  customTags:MCustomTag maxPathTagLength:i sampling:f tlsSettings:+ enableIstioTags:b
Zipkin
  address:s
Lightstep
  address:s accessToken:s
Datadog
  address:s
Stackdriver
  debug:b maxNumberOfAttributes:i maxNumberOfAnnotations:i maxNumberOfMessageEvents:i
OpenCensusAgent
  address:s context[]:UNSPECIFIED|W3C_TRACE_CONTEXT|GRPC_BIN|CLOUD_TRACE_CONTEXT|B3
CustomTag
  literal:Literal environment:Environment header:RequestHeader
Literal
  value:s
Environment
  name:s defaultValue:s
RequestHeader
  name:s defaultValue:s
SDS
  enabled:b k8sSaJwtPath:s
Topology
  numTrustedProxies:i
  forwardClientCertDetails:UNDEFINED|SANITIZE|FORWARD_ONLY|APPEND_FORWARD|SANITIZE_SET|ALWAYS_FORWARD_ONLY
  proxyProtocol:ProxyProtocolConfiguration
ProxyProtocolConfiguration
PrivateKeyProvider
  cryptomb:CryptoMb qat:QAT
CryptoMb
  pollDelay:d fallback:b
QAT
  pollDelay:d fallback:b
ProxyConfig
  configPath:s binaryPath:s serviceCluster:s
  tracingServiceName:APP_LABEL_AND_NAMESPACE|CANONICAL_NAME_ONLY|CANONICAL_NAME_AND_NAMESPACE drainDuration:d
  discoveryAddress:s discoveryRefreshDelay:d zipkinAddress:s statsdUdpAddress:s envoyMetricsServiceAddress:s
  proxyAdminPort:i availabilityZone:s controlPlaneAuthPolicy:NONE|MUTUAL_TLS|INHERIT customConfigFile:s
  statNameLength:i concurrency:i proxyBootstrapTemplatePath:s interceptionMode:REDIRECT|TPROXY|NONE
  tracing:Tracing sds:SDS envoyAccessLogService:RemoteService envoyMetricsService:RemoteService proxyMetadata:Ms
  runtimeValues:Ms statusPort:i extraStatTags[]:s gatewayTopology:Topology terminationDrainDuration:d meshId:s
  readinessProbe:+ proxyStatsMatcher:ProxyStatsMatcher holdApplicationUntilProxyStarts:b caCertificatesPem[]:s
  image:+ privateKeyProvider:PrivateKeyProvider proxyHeaders:ProxyHeaders fileFlushInterval:d fileFlushMinSizeKb:i
  statsCompression:b connectionSettings:ConnectionSettings
ProxyStatsMatcher
  inclusionPrefixes[]:s inclusionSuffixes[]:s inclusionRegexps[]:s
ProxyHeaders
  forwardedClientCert:UNDEFINED|SANITIZE|FORWARD_ONLY|APPEND_FORWARD|SANITIZE_SET|ALWAYS_FORWARD_ONLY
  setCurrentClientCertDetails:SetCurrentClientCertDetails requestId:RequestId server:Server
  attemptCount:AttemptCount envoyDebugHeaders:EnvoyDebugHeaders metadataExchangeHeaders:MetadataExchangeHeaders
  preserveHttp1HeaderCase:b xForwardedHost:XForwardedHost xForwardedPort:XForwardedPort
Server
  disabled:b value:s
RequestId
  disabled:b
AttemptCount
  disabled:b
XForwardedHost
  enabled:b
XForwardedPort
  enabled:b
EnvoyDebugHeaders
  disabled:b
MetadataExchangeHeaders
  mode:UNDEFINED|IN_MESH
SetCurrentClientCertDetails
  subject:b cert:b chain:b dns:b uri:b
ConnectionSettings
  profile:SIDECAR|EDGE listenerPerConnectionBufferLimitBytes:i clusterPerConnectionBufferLimitBytes:i
  httpIdleTimeout:d httpMaxConnectionDuration:d httpDrainTimeout:d httpRequestTimeout:d
  httpRequestHeadersTimeout:d httpStreamIdleTimeout:d httpMaxStreamDuration:d httpMaxConcurrentStreams:i
  http2InitialStreamWindowSize:i http2InitialConnectionWindowSize:i
  httpHeadersWithUnderscoresAction:*
  httpMergeSlashes:b
  httpPathWithEscapedSlashesAction:*
  listenerConnectionLimit:i globalDownstreamConnectionLimit:i
RemoteService
  address:s tlsSettings:+ tcpKeepalive:+
"""


@dataclass(frozen=True, slots=True)
class Field:
    """What a setting has to look like.

    Attributes:
        form: One letter, words with `|` between them, or the name of a message.
        is_list: Whether it is a list of that form.
        is_map: Whether it maps names to that form.
    """

    form: str
    is_list: bool
    is_map: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The words that it may be; empty where it is no choice."""
        return tuple(word for word in self.form.split("|") if word) if "|" in self.form else ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as somebody wrote it.

    Attributes:
        node: Its value.
        message: What it is a field of.
        name: Its name in the JSON notation; protobuf takes the notation with underscores too.
        field: What is known of it; None for a name that is unknown.
    """

    node: Node
    message: str
    name: str
    field: Field | None


def field_names(message: str) -> tuple[str, ...]:
    """Names of all fields of a message."""
    return tuple(_messages()[message])


def settings_below(node: Node, message: str) -> Iterator[Setting]:
    """Every setting that a map holds, and those within them as far as they are known."""
    if not isinstance(node.value, dict):
        return
    known = _messages()[message]
    for found in node.each("{}"):
        name = _json_name(str(found.path[-1]))
        field = known.get(name)
        yield Setting(found, message, name, field)
        if field is not None and field.form in _messages():
            for inner in found.each("[]") if field.is_list else found.each("{}") if field.is_map else (found,):
                yield from settings_below(inner, field.form)


def _json_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


@cache
def _messages() -> Mapping[str, Mapping[str, Field]]:
    found: dict[str, dict[str, Field]] = {}
    fields: dict[str, Field] = {}
    for line in _MESSAGES.strip().splitlines():
        if not line.startswith(" "):
            fields = found.setdefault(line, {})
            continue
        for word in line.split():
            name, _, form = word.partition(":")
            is_map = form.startswith("M") and form[1:2] in ("s", "*", "C")
            fields[name.removesuffix("[]")] = Field(form[1:] if is_map else form, name.endswith("[]"), is_map)
    return found
