"""The values that Cilium's chart reads, with their form and the releases that read them.

A value is read where `values.yaml` has a default for it or a template names it. A map is listed where the chart reads
its values one by one, so that any other name in it is passed over; maps that go into an object as a whole are not.
(`cilium/cilium: install/kubernetes/cilium`, `values.yaml`, `values.schema.json` and `templates`, 1.14 to 1.20)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

__all__ = ["FIRST", "NEWEST", "ChartKey", "chart_key", "chart_keys"]

FIRST = 14
"""Minor number of the first release that was read: what is older is not told of."""

NEWEST = 20
"""Minor number of the last release that was read."""

# Maps that hold the same, `.` for all values, and behind the colon these: NAME[=FORMS][>SINCE][<UNTIL]. Forms:
# switch (b), whole number (i), number (n), text (s), list (a), map (o); without any, the chart's schema says nothing.
# SINCE is the first release that reads it and UNTIL the first that does not any more.
_VALUES = """
.: MTU=i affinity=o agent=b agentNotReadyTaintKey=s aksbyocni=o alibabacloud=o annotateK8sNode=b annotations=o>15
 apiRateLimit=s>15 authentication=o autoDirectNodeRoutes=bs azure=o bandwidthManager=o bgp=o<17 bgpControlPlane=o bpf=o
 bpfClockProbe=b certgen=o cgroup=o ciliumEndpointSlice=o>16 cleanBpfState=b cleanState=b cluster=o clusterHealthPort
 clustermesh=o cni=o commonLabels=o>17 configDriftDetection=o>19 connectivityProbeFrequencyRatio=n>18
 conntrackGCInterval=s conntrackGCMaxInterval=s>15 containerRuntime<16 crdWaitTimeout=s customCalls=o<19 daemon=o
 dashboards=o datapathPlugins=o>20 debug=o defaultLBServiceIPAM=s>17 devices=sa directRoutingSkipUnreachable=b>16
 disableEndpointCRD=b disableEnvoyVersionCheck disableIptablesFeederRules dnsPolicy=s dnsPolicyUnloadOnShutdown
 dnsProxy=o egressGateway=o egressMasqueradeInterfaces enableCiliumEndpointSlice=b<18 enableCnpStatusUpdates<15
 enableCriticalPriorityClass=b enableIPv4BIGTCP=b enableIPv4Masquerade=b enableIPv6BIGTCP=b enableIPv6Masquerade=b
 enableIdentityMark enableInternalTrafficPolicy=b>17 enableK8sEndpointSlice<19 enableK8sEventHandover<15
 enableK8sTerminatingEndpoint=b<18 enableLBIPAM=b>17 enableMasqueradeRouteSource=b>15
 enableNoServiceEndpointsRoutable=b>19 enableNonDefaultDenyPolicies=b>17 enableRuntimeDeviceDetection=b<18
 enableTunnelBIGTCP=b>19<20 enableXTSocketFallback=b encryption=o endpointHealthChecking=o
 endpointLockdownOnMapOverflow=b>17 endpointPolicyUpdateTimeoutDuration=s>19 endpointRoutes=o endpointStatus<16 eni=o
 envoy=o envoyConfig=o etcd=o externalIPs=o<18 externalWorkloads=o<18 extraArgs=a extraConfig=o extraContainers=a
 extraEnv=a extraHostPathMounts=a extraInitContainers=a>16 extraVolumeMounts=a extraVolumes=a forceDeviceDetection=b>16
 fragmentTracking gatewayAPI=o gke=o healthCheckICMPFailureThreshold=i>17 healthChecking=b healthPort=i
 highScaleIPcache=o<18 hostFirewall=o hostPort=o<18 hostServices hubble=o identityAllocationMode=s
 identityChangeGracePeriod=s identityManagementMode>18 image=o imagePullSecrets=a ingressController=o
 initResources=o>15 installNoConntrackIptablesRules=b ipMasqAgent=o ipam=o iptablesLockTimeout iptablesRandomFully=b
 ipv4=o ipv4NativeRoutingCIDR=s ipv6=o ipv6NativeRoutingCIDR=s k8s=o k8sClientExponentialBackoff=o>18
 k8sClientRateLimit=o k8sClusterNetworkPolicy=o>20 k8sNetworkPolicy=o k8sServiceHost=s k8sServiceHostRef=o>18
 k8sServiceLookupConfigMapName=s>17 k8sServiceLookupNamespace=s>17 k8sServicePort=si keepDeprecatedLabels=b
 keepDeprecatedProbes=b kubeConfigPath=s kubeProxyReplacement=sb kubeProxyReplacementHealthzBindAddr=s
 l2NeighDiscovery=o l2announcements=o l2podAnnouncements=o l7Proxy=b labels livenessProbe=o loadBalancer=o
 localRedirectPolicies=o>18 localRedirectPolicy=b logOptions logSystemLoad=b maglev=o minReadySeconds=i>20 monitor=o
 name=s namespaceOverride=s>17 nat=o>17 nat46x64Gateway=o nativeRoutingCIDRFromClusterPool=b>20 nodeIPAM=o>16
 nodeLabels>18 nodePort=o nodeSelector=o nodeSelectorLabels=b>16 nodeinit=o nonIdempotentAnnotations>19 operator=o
 pmtuDiscovery=o podAnnotations=o podLabels=o podSecurityContext=o policyAuditMode policyCIDRMatchMode=sa>15
 policyDenyResponse=s>19 policyEnforcementMode=s pprof=o preferIpv6=b>20 preflight=o priorityClassName=s prometheus=o
 proxy<16 rbac=o readinessProbe=o remoteNodeIdentity<16 resourceQuotas=o resources=o rollOutCiliumPods=b routingMode=s
 scheduling=o>17 sctp=o secretsNamespaceAnnotations=o>18 secretsNamespaceLabels=o>19 securityContext=o
 serviceAccounts=o serviceNoBackendResponse=s>15 sessionAffinity<19 sleepAfterInit=b socketLB=o standaloneDnsProxy=o>19
 startupProbe=o svcSourceRangeCheck=b<19 synchronizeK8sNodes=b sysctlfix=o>15 terminationGracePeriodSeconds=i tls=o
 tmpVolume=o>19 tolerations=a tunnel<15 tunnelPort=i tunnelProtocol=s tunnelSourcePortRange=s>17 underlayProtocol=s>18
 updateStrategy=o upgradeCompatibility=s vtep=o waitForKubeProxy=b wellKnownIdentities=o
aksbyocni bpf.autoMount endpointHealthChecking hostFirewall hubble.ui.frontend.server.ipv6 ipv4 ipv6 k8sNetworkPolicy
 nat46x64Gateway sctp wellKnownIdentities: enabled=b
alibabacloud: enabled=b nodeSpec=o>19
alibabacloud.nodeSpec: securityGroupTags=a>19 securityGroups=a>19 vSwitchTags=a>19 vSwitches=a>19
authentication: enabled=b gcInterval=s mutual=o queueSize=i rotatedIdentitiesQueueSize=i
authentication.mutual: connectTimeout=s>15 port=i spire=o
authentication.mutual.spire: adminSocketPath=s agentSocketPath=s annotations=o>15 connectionTimeout=s enabled=b
 install=o serverAddress=s trustDomain=s
authentication.mutual.spire.install: agent=o enabled=b existingNamespace=b>15 initImage=o>15 namespace=s server=o
authentication.mutual.spire.install.agent: affinity=o>15 annotations=o image=o labels=o nodeSelector=o>15
 podSecurityContext=o>15 priorityClassName=s>17 resources=o>17 securityContext=o>15 serviceAccount=o
 skipKubeletVerification=b tolerations=a>15
authentication.mutual.spire.install.agent.serviceAccount authentication.mutual.spire.install.server.serviceAccount
 envoyConfig.secretsNamespace: create=b name=s
authentication.mutual.spire.install.server: affinity=o>15 annotations=o ca=o dataStorage=o image=o initContainers=a
 labels=o nodeSelector=o>15 podSecurityContext=o>15 priorityClassName=s>17 resources=o>17 securityContext=o>15
 service=o serviceAccount=o tolerations=a>15
authentication.mutual.spire.install.server.ca: keyType=s subject=o
authentication.mutual.spire.install.server.ca.subject: commonName=s country=s organization=s
authentication.mutual.spire.install.server.dataStorage: accessMode=s enabled=b size=s storageClass=s
authentication.mutual.spire.install.server.service: annotations=o labels=o type=s
azure: clientID clientSecret enabled=b nodeSpec=o>19 resourceGroup subscriptionID tenantID usePrimaryAddress
 userAssignedIdentityID
azure.nodeSpec: azureInterfaceName=s>19
bandwidthManager: bbr=b bbrHostNamespaceOnly=b>18 enabled=b
bgp: announce=o<17 enabled=b<17
bgp.announce: loadbalancerIP=b<17 podCIDR=b<17
bgpControlPlane: enabled=b legacyOriginAttribute=o>18 routerIDAllocation=o>18 secretsNamespace=o>15 statusReport=o>17
bgpControlPlane.legacyOriginAttribute hubble.networkPolicyCorrelation: enabled=b>18
bgpControlPlane.routerIDAllocation: ipPool=s>18 mode=s>18
bgpControlPlane.secretsNamespace: create=b>15 name=s>15
bgpControlPlane.statusReport bpf.distributedLRU tls.secretSync: enabled=b>17
bpf: authMapMax=i autoMount=o ctAccounting=b>17 ctAnyMax=i ctTcpMax=i datapathMode=s>16
 disableExternalIPMitigation=b>16 distributedLRU=o>17 enableTCX=b>16 events=o>16 hostLegacyRouting=b
 lbAlgorithmAnnotation=b>17 lbExternalClusterIP=b lbMapMax=i lbModeAnnotation=b>17 lbSourceRangeAllTypes=b>17
 mapDynamicSizeRatio=ns masquerade=b monitorAggregation=s monitorFlags=s monitorInterval=s monitorTraceIPOption=i>19
 natMax=i neighMax=i nodeMapMax=i>15 policyMapMax=i policyMapPressureMetricsThreshold=n>19 policyStatsMapMax=i>18
 preallocateMaps=b root=s tproxy=b vlanBypass=a
bpf.events: default=o>17 drop=o>16 policyVerdict=o>16 trace=o>16
bpf.events.default: burstLimit=i>17 rateLimit=i>17
bpf.events.drop bpf.events.policyVerdict bpf.events.trace nodeIPAM: enabled=b>16
certgen: affinity=o>15 annotations=o cronJob=o>19 enforceCAValidityThroughoutLeavesDuration=b>20 extraVolumeMounts=a
 extraVolumes=a generateCA=b>17 image=o nodeSelector=o>17 podLabels=o priorityClassName=s>17 resources=o>18
 tolerations=a ttlSecondsAfterFinished=i
certgen.annotations: cronJob=o job=o
certgen.cronJob: failedJobsHistoryLimit=i>19 successfulJobsHistoryLimit=i>19
cgroup: autoMount=o hostRoot=s
cgroup.autoMount: enabled=b resources=o
ciliumEndpointSlice: enabled=b>16 rateLimits=a>16 sliceMode>17<18
cluster: id=i name=s
clustermesh: annotations=o>15 apiserver=o cacheTTL=s>19 config=o defaultGlobalNamespace=b>20
 disableKubernetesHostAliases>20 enableEndpointSliceSynchronization=b>16 enableMCSAPISupport=b>16<20
 maxConnectedClusters=i>15 mcsapi=o>19 policyDefaultLocalCluster=b>18 useAPIServer=b
clustermesh.apiserver: affinity=o etcd=o etcdQPS=i>20 extraArgs=a extraEnv=a extraVolumeMounts=a extraVolumes=a
 healthPort=i>16 image=o kvstoremesh=o lifecycle=o>15 metrics=o nodeSelector=o podAnnotations=o podDisruptionBudget=o
 podLabels=o podSecurityContext=o priorityClassName=s readinessProbe=o>16 replicas=i resources=o securityContext=o
 service=o terminationGracePeriodSeconds=i>15 tls=o tolerations=a topologySpreadConstraints=a updateStrategy=o
clustermesh.apiserver.etcd: image<15 init=o lifecycle=o>15 resources=o securityContext=o storageMedium>16
clustermesh.apiserver.etcd.init: extraArgs=a>15 extraEnv=a>15 resources=o
clustermesh.apiserver.kvstoremesh: enabled=b etcdQPS=i>20 extraArgs=a extraEnv=a extraVolumeMounts=a healthPort=i>16
 image<15 kvstoreMode=s>18 lifecycle=o>15 readinessProbe=o>16 resources=o securityContext=o
clustermesh.apiserver.metrics: enabled=b etcd=o kvstoremesh=o port=i serviceMonitor=o
clustermesh.apiserver.metrics.etcd: enabled=b mode=s port=i
clustermesh.apiserver.metrics.kvstoremesh hubble.relay.gops: enabled=b port=i
clustermesh.apiserver.service: annotations=o enableSessionAffinity>16 externalTrafficPolicy externallyCreated=b>19
 internalTrafficPolicy labels=o>17 loadBalancerClass=s>15 loadBalancerIP=s loadBalancerSourceRanges=a>17 nodePort=i
 type=s
clustermesh.config: clusters=oa domain=s enabled=b
clustermesh.mcsapi: corednsAutoConfigure=o>19 enabled=b>19 installCRDs=b>19
clustermesh.mcsapi.corednsAutoConfigure: affinity=o>19 annotations=o>19 coredns=o>19 enabled=b>19 extraArgs=a>19
 extraVolumeMounts=a>19 extraVolumes=a>19 nodeSelector=o>19 podLabels=o>19 priorityClassName=s>19 resources=o>19
 tolerations=a>19 ttlSecondsAfterFinished=i>19
clustermesh.mcsapi.corednsAutoConfigure.coredns: clusterDomain=s>19 clustersetDomain=s>19 configMapName=s>19
 deploymentName=s>19 namespace=s>19 serviceAccountName=s>19
cni: binPath=s chainingMode=s chainingTarget=s confFileMountPath=s confPath=s configMap=s configMapKey=s customConf=b
 enableRouteMTUForCNIChaining=b>16 exclusive=b externalRouting>15 hostConfDirMountPath=s install=b
 iptablesRemoveAWSRules=b>18 logFile=s readCniConf resources=o>15 uninstall=b
configDriftDetection: driftChecker=b>19 enabled=b>19 ignoredKeys=a>19
containerRuntime: integration<16
customCalls: enabled=b<19
daemon: allowedConfigOverrides=s blockedConfigOverrides=s configSources=s enableSourceIPVerification=b>17 runPath=s
dashboards hubble.metrics.dashboards operator.dashboards: annotations=o enabled=b label=s labelValue=s namespace=s
datapathPlugins: enabled=b>20 stateDir=s>20
debug: enabled=b metricsSamplingInterval=s>18 verbose=s
dnsProxy: dnsRejectResponseCode=s enableDnsCompression=b enableTransparentMode>15 endpointMaxIpPerHostname=i
 idleConnectionGracePeriod=s maxDeferredConnectionDeletes=i minTtl=i preAllocateIdentities=b>18 preCache=s proxyPort=i
 proxyResponseMaxDelay=s socketLingerTimeout=i>15
egressGateway: enabled=b installRoutes<16 maxPolicyEntries reconciliationTriggerInterval=s
encryption: enabled=b interface<16 ipsec=o keyFile<16 mountPath<16 nodeEncryption=b secretName<16 strictMode=o>15
 type=s wireguard=o ztunnel=o>19
encryption.ipsec: encryptedOverlay=b>16<20 interface=s keyFile=s keyRotationDuration=s keyWatcher=b mountPath=s
 secretName=s
encryption.strictMode: allowRemoteNodeIdentities=b>15<20 cidr=s>15<20 egress=o>19 enabled=b>15<20 ingress=o>19
encryption.strictMode.egress: allowRemoteNodeIdentities=b>19 cidr=s>19 enabled=b>19
encryption.strictMode.ingress operator.prometheus.tls.server.mtls: enabled=b>19
encryption.wireguard: persistentKeepalive=s>15 userspaceFallback=b<17
encryption.ztunnel: affinity=o>19 annotations=o>19 ca=o>20 caAddress=s>19 extraEnv=a>19 extraVolumeMounts=a>19
 extraVolumes=a>19 healthPort=i>19 image=o>19 minReadySeconds=i>20 nodeSelector=o>19 podAnnotations=o>19 podLabels=o>19
 priorityClassName=s>19 readinessProbe=o>19 resources=o>19 secrets=o>19 terminationGracePeriodSeconds=i>19
 tolerations=a>19 updateStrategy=o>19
encryption.ztunnel.ca: type>20
encryption.ztunnel.secrets: bootstrapRootCert=s>19
endpointRoutes: enabled=bs
endpointStatus: enabled<16 status<16
eni: awsEnablePrefixDelegation=b awsReleaseExcessIPs=b ec2APIEndpoint=s enabled=b eniTags=o gcInterval=s gcTags=o
 iamRole=s instanceTagsFilter=a nodeSpec=o>19 subnetIDsFilter=a subnetTagsFilter=a updateEC2AdapterLimitViaAPI=b<18
eni.nodeSpec: deleteOnTermination=b>19 disablePrefixDelegation=b>19 excludeInterfaceTags=a>19 firstInterfaceIndex=i>19
 securityGroupTags=a>19 securityGroups=a>19 subnetIDs=a>19 subnetTags=a>19 usePrimaryAddress=b>19
envoy: affinity=o annotations=o>15 baseID=i>16 bootstrapConfigMap=s>17 clusterMaxConnections=i>19
 clusterMaxPendingRequests=i>20 clusterMaxRequests=i>19 connectTimeoutSeconds=i debug=o>16 dnsPolicy=s enabled=b
 extraArgs=a extraContainers=a extraEnv=a extraHostPathMounts=a extraVolumeMounts=a extraVolumes=a healthPort=i
 httpRetryCount=i>17 httpUpstreamLingerTimeout=i>18 idleTimeoutDurationSeconds=i image=o initContainers=a>19
 initialFetchTimeoutSeconds=i>17 livenessProbe=o log=o maxConcurrentRetries=i>17 maxConnectionDurationSeconds=i
 maxGlobalDownstreamConnections=i>19 maxRequestsPerConnection=i minReadySeconds=i>20 nodeLocality=o>20 nodeSelector=o
 podAnnotations=o podLabels=o podSecurityContext=o policyRestoreTimeoutDuration=s>17 priorityClassName=s prometheus=o
 readinessProbe=o resources=o rollOutPods=b securityContext=o startupProbe=o streamIdleTimeoutDurationSeconds=i>18
 terminationGracePeriodSeconds=i tolerations=a updateStrategy=o useOriginalSourceAddress=b>19 xdsMode>20
 xffNumTrustedHopsL7PolicyEgress=i>15 xffNumTrustedHopsL7PolicyIngress=i>15
envoy.debug: admin=o>16
envoy.debug.admin: enabled=b>16 port=i>16
envoy.log: accessLogBufferSize=i>17 accessLogEnabled=b>20 defaultLevel>17 format=s format_json=o>17 path=s
envoy.nodeLocality k8sClusterNetworkPolicy: enabled=b>20
envoy.prometheus: enabled=b port=s serviceMonitor=o
envoy.securityContext: capabilities=o privileged=b seLinuxOptions=o
envoy.securityContext.capabilities: envoy=a keepCapNetBindService=b>16
envoyConfig: enabled=b retryInterval=s>16 secretsNamespace=o
externalIPs externalWorkloads highScaleIPcache hostPort: enabled=b<18
gatewayAPI: enableAlpn=b>16 enableAppProtocol=b>16 enableProxyProtocol=b>16 enabled=b externalTrafficPolicy=s>16
 gatewayClass=o>16 hostNetwork=o>16 secretsNamespace=o useRemoteAddress=b>20 xffNumTrustedHops=i>16
gatewayAPI.gatewayClass: create=bs>16
gatewayAPI.hostNetwork: enabled=b>16 nodes=o>16
gatewayAPI.hostNetwork.nodes ingressController.hostNetwork.nodes: matchLabels=o>16
gatewayAPI.secretsNamespace ingressController.secretsNamespace: create=b name=s sync=b
gke: disableDefaultSnat enabled=b
hubble: annotations=o>15 dropEventEmitter=o>16 enabled=b eventBufferCapacity eventQueueSize export=o>15 hostUsers=b>20
 listenAddress=s lostEventSendInterval>19 metrics=o networkPolicyCorrelation=o>18 peerService=o preferIpv6=b
 redact=o>15 relay=o skipUnknownCGroupIDs=b socketPath=s tls=o ui=o
hubble.dropEventEmitter: enabled=b>16 interval=s>16 reasons=a>16
hubble.metrics: dashboards=o dynamic=o>17 enableOpenMetrics=b enabled=a port=i serviceAnnotations=o serviceMonitor=o
 tls=o>16
hubble.metrics.dynamic: config=o>17 enabled=b>17
hubble.metrics.dynamic.config: configMapName=s>17 content=a>17 createConfigMap=b>17
hubble.metrics.tls: enabled=b>16 server=o>16
hubble.metrics.tls.server: cert=s>16 existingSecret=s>17 extraDnsNames=a>16 extraIpAddresses=a>16 key=s>16 mtls=o>16
hubble.metrics.tls.server.mtls: enabled=b>16 key=s>16 name=s>16 useSecret=b>16
hubble.peerService: clusterDomain=s servicePort targetPort=i
hubble.redact: enabled=b>15 http=o>15 kafka=o>15<20
hubble.redact.http: headers=o>15 urlQuery=b>15 userInfo=b>15
hubble.redact.http.headers: allow=a>15 deny=a>15
hubble.redact.kafka: apiKey=b>15<20
hubble.relay: affinity=o annotations=o>15 dialTimeout=s<18 enabled=b extraEnv=a extraVolumeMounts=a>15
 extraVolumes=a>15 gops=o image=o listenHost=s listenPort=s logOptions=o>18 nodeSelector=o podAnnotations=o
 podDisruptionBudget=o podLabels=o podSecurityContext=o pprof=o priorityClassName=s prometheus=o replicas=i resources=o
 retryTimeout=s rollOutPods=b securityContext=o service=o servicePort sortBufferDrainTimeout=s sortBufferLenMax=i
 terminationGracePeriodSeconds=i tls=o tolerations=a topologySpreadConstraints=a updateStrategy=o
hubble.relay.logOptions: format=s>18 level=s>18
hubble.relay.pprof operator.pprof pprof: address=s blockProfileRate=i>19 enabled=b mutexProfileFraction=i>19 port=i
hubble.relay.prometheus: enabled=b port=i serviceMonitor=o
hubble.relay.service: nodePort=i type=s
hubble.relay.tls: client=o server=o
hubble.relay.tls.client hubble.ui.tls.client: cert=s existingSecret=s>17 key=s
hubble.relay.tls.server: cert=s enabled=b existingSecret=s>17 extraDnsNames=a extraIpAddresses=a key=s mtls=b
 relayName=s>15
hubble.tls: auto=o enabled=b server=o
hubble.tls.auto: certManagerIssuerRef=o certValidityDuration=i enabled=b method=s privateKey=o>20 schedule=s
 subject=o>20
hubble.tls.server: cert=s existingSecret=s>17 extraDnsNames=a extraIpAddresses=a key=s
hubble.ui: affinity=o annotations=o>15 backend=o baseUrl=s enabled=b frontend=o ingress=o labels=o>17 nodeSelector=o
 podAnnotations=o podDisruptionBudget=o podLabels=o priorityClassName=s replicas=i rollOutPods=b securityContext=o
 service=o standalone=o tls=o tmpVolume=o>19 tolerations=a topologySpreadConstraints=a updateStrategy=o
hubble.ui.backend: extraEnv=a extraVolumeMounts=a extraVolumes=a image=o livenessProbe=o>15<20 readinessProbe=o>15<20
 resources=o securityContext=o
hubble.ui.frontend: extraEnv=a extraVolumeMounts=a extraVolumes=a image=o resources=o securityContext=o server=o
hubble.ui.frontend.server: ipv6=o
hubble.ui.ingress: annotations=o className=s enabled=b hosts=a labels=o tls=a
hubble.ui.service: annotations=o labels=o>18 nodePort=i type=s
hubble.ui.standalone: enabled=b tls=o
hubble.ui.standalone.tls: certsVolume=o
hubble.ui.tls: client=o
ingressController: default=b defaultSecretName=s defaultSecretNamespace=s enableProxyProtocol=b>15 enabled=b
 enforceHttps=b hostNetwork=o>16 ingressLBAnnotationPrefixes=a loadbalancerMode=s secretsNamespace=o service=o
 useRemoteAddress=b>20 xffNumTrustedHops=i>20
ingressController.hostNetwork: enabled=b>16 httpPort=i>20 httpsPort=i>20 nodes=o>16 sharedListenerPort=i>16
 tlsPassthroughPort=i>20
ingressController.service: allocateLoadBalancerNodePorts=b annotations=o externalTrafficPolicy=s>16 insecureNodePort=i
 labels=o loadBalancerClass=s loadBalancerIP=s name=s secureNodePort=i type=s
ipMasqAgent: config enabled=b
ipam: ciliumNodeUpdateRate=s installUplinkRoutesForDelegatedIPAM=b>17 mode=s multiPoolPreAllocation=s>17 nodeSpec=o>19
 operator=o
ipam.nodeSpec: ipamMaxAllocate=i>19 ipamMinAllocate=i>19 ipamPreAllocate=i>19 ipamStaticIPTags=a>19
ipam.operator: autoCreateCiliumPodIPPools=o clusterPoolIPv4MaskSize=i clusterPoolIPv4PodCIDR<19
 clusterPoolIPv4PodCIDRList=as clusterPoolIPv6MaskSize=i clusterPoolIPv6PodCIDR<19 clusterPoolIPv6PodCIDRList=as
 externalAPILimitBurstSize=i externalAPILimitQPS=n
k8s: apiServerURLs=s>18 requireIPv4PodCIDR=b requireIPv6PodCIDR=b serviceProxyName
k8sClientExponentialBackoff: backoffBaseSeconds=i>18 backoffMaxDurationSeconds=i>18 enabled=b>18
k8sClientRateLimit: burst=i operator=o>17 qps=i
k8sClientRateLimit.operator: burst=i>17 qps=i>17
k8sServiceHostRef: key=s>18 name=s>18
l2NeighDiscovery: enabled=b refreshPeriod=s<18
l2announcements: enabled=b leaseDuration leaseRenewDeadline leaseRetryPeriod
l2podAnnouncements: enabled=b interface=s<20 interfacePattern=s>18
loadBalancer: acceleration=s algorithm dsrDispatch experimental=b>17<18 l7=o mode protocolDifferentiation>17<19
 reflectorWaitTime>20 serviceTopology=b standalone<20
loadBalancer.l7: algorithm=s backend=s ports=a
loadBalancer.protocolDifferentiation: enabled>17<19
localRedirectPolicies: addressMatcherCIDRs=a>18 enabled=b>18
maglev: hashSeed tableSize
monitor: enabled=b eventTypes resources
nat: mapStatsEntries=i>17 mapStatsInterval=s>17
nodePort: addresses=sa>16 autoProtectPortRange=b bindProtection=b directRoutingDevice enableDynamicSourceLookup=b>20
 enableHealthCheck=b enableHealthCheckLoadBalancerIP=b>15 enabled=b<19 range
nodeinit: affinity=o annotations=o>15 bootstrapFile=s enabled=b extraEnv=a extraVolumeMounts=a extraVolumes=a image=o
 minReadySeconds=i>20 nodeSelector=o podAnnotations=o podLabels=o podSecurityContext=o>15 prestop=o priorityClassName=s
 reconfigureKubelet removeCbrBridge resources=o revertReconfigureKubelet securityContext=o startup=o tolerations=a
 updateStrategy=o waitForCloudInit=b>19
nodeinit.prestop nodeinit.startup: postScript=s preScript=s
operator: affinity=o annotations=o>15 dashboards=o dnsPolicy=s enabled=b endpointGCInterval=s extraArgs=a extraEnv=a
 extraHostPathMounts=a extraVolumeMounts=a extraVolumes=a hostNetwork=b>16 hostUsers=b>20 identityGCInterval=s
 identityHeartbeatTimeout=s image=o nodeGCInterval=s nodeSelector=o podAnnotations=o podDisruptionBudget=o podLabels=o
 podSecurityContext=o pprof=o priorityClassName=s prometheus=o removeNodeTaints=b replicas=i resources=o rollOutPods=b
 securityContext=o setNodeNetworkStatus=b setNodeTaints=b skipCNPStatusStartupClean<16 skipCRDCreation=b tolerations=a
 topologySpreadConstraints=a unmanagedPodWatcher=o updateStrategy=o
operator.image: alibabacloudDigest=s awsDigest=s azureDigest=s genericDigest=s override=s pullPolicy=s repository=s
 suffix=s tag=s useDigest=b
operator.prometheus: enabled=b metricsService=b>17 port=i serviceMonitor=o tls=o>19
operator.prometheus.tls: enabled=b>19 server=o>19
operator.prometheus.tls.server: existingSecret=s>19 mtls=o>19
operator.unmanagedPodWatcher: intervalSeconds=i restart=b selector=s>19
pmtuDiscovery: enabled=b packetizationLayerPMTUDMode=s>19
preflight: affinity=o annotations=o>15 enabled=b envoy=o>18 extraEnv=a extraVolumeMounts=a extraVolumes=a image=o
 nodeSelector=o podAnnotations=o podDisruptionBudget=o podLabels=o podSecurityContext=o priorityClassName=s
 readinessProbe=o>16 resources=o securityContext=o terminationGracePeriodSeconds=i tofqdnsPreCache=s<20 tolerations=a
 updateStrategy=o validateCNPs=b
preflight.envoy: image=o>18
preflight.updateStrategy: type=s
prometheus: controllerGroupMetrics=a>15 enabled=b metrics=a metricsService=b>17 port=i serviceMonitor=o
proxy: prometheus<16 sidecarImageRegex<16
proxy.prometheus: enabled<16 port<16
rbac: create=b
resourceQuotas: cilium=o enabled=b operator=o
resourceQuotas.cilium resourceQuotas.operator: hard=o
resourceQuotas.cilium.hard resourceQuotas.operator.hard: pods=s
scheduling: mode>17
securityContext: allowPrivilegeEscalation=b>18 capabilities=o privileged=b seLinuxOptions=o
securityContext.capabilities: applySysctlOverwrites=a ciliumAgent=a cleanCiliumState=a mountCgroup=a
serviceAccounts: cilium=o clustermeshApiserver=o clustermeshcertgen=o corednsMCSAPI=o>19 envoy=o etcd<16
 hubblecertgen=o nodeinit=o operator=o preflight=o relay=o ui=o ztunnel=o>19
socketLB: enabled=b hostNamespaceOnly terminatePodConnections tracing
standaloneDnsProxy: annotations=o>19 automountServiceAccountToken=b>19 debug=b>19 enabled=b>19 image=o>19
 minReadySeconds=i>20 nodeSelector=o>19 rollOutPods=b>19 serverPort=i>19 tolerations=a>19 updateStrategy=o>19
sysctlfix: enabled=b>15
tls: ca=o caBundle=o readSecretsOnlyFromSecretsNamespace=b>17 secretSync=o>17 secretsBackend=s secretsNamespace=o>17
tls.ca: cert=s certValidityDuration=i key=s
tls.caBundle: content enabled=b key=s name=s useSecret=b
tls.secretsNamespace: create=b>17 name=s>17
vtep: cidr=s enabled=b endpoint=s mac=s mask=s
"""


@dataclass(frozen=True, slots=True)
class ChartKey:
    """A value that some release of the chart reads.

    Attributes:
        forms: The forms that the schema lets it have; empty where it says nothing.
        since: Minor number of the first release that reads it.
        until: Minor number of the first release that does not any more; 0 while it is read.
    """

    forms: str
    since: int
    until: int

    def is_read_by(self, minor: int) -> bool:
        """Whether a release reads it."""
        return self.since <= minor and not (self.until and minor >= self.until)


def chart_key(path: tuple[str, ...]) -> ChartKey | None:
    """What is known of a value; None where no release reads it, or where it is in a map that is not listed."""
    return chart_keys(path[:-1]).get(path[-1]) if path else None


def chart_keys(path: tuple[str, ...]) -> Mapping[str, ChartKey]:
    """The values of a map by name; nothing for a map of which not all are known."""
    return _maps().get(".".join(path) or ".", {})


@cache
def _maps() -> Mapping[str, Mapping[str, ChartKey]]:
    found: dict[str, dict[str, ChartKey]] = {}
    for entry in _VALUES.strip().replace("\n ", " ").splitlines():
        places, _, names = entry.partition(": ")
        keys = dict(map(_read, names.split()))
        found.update(dict.fromkeys(places.split(), keys))
    return found


def _read(word: str) -> tuple[str, ChartKey]:
    written, _, until = word.partition("<")
    written, _, since = written.partition(">")
    name, _, forms = written.partition("=")
    return name, ChartKey(forms, int(since or FIRST), int(until or 0))
