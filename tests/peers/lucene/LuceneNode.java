import java.nio.file.Files;
import java.nio.file.Path;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node on loopback, its data in a folder of its own. It ends when its standard input does. */
public final class LuceneNode {
    public static void main(String[] told) throws Exception {
        Path folder = Files.createDirectories(Path.of(told[0]));
        int port = Integer.parseInt(told[1]);
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("http.host", "127.0.0.1");
            settings.put("http.port", port);
            settings.put("transport.host", "127.0.0.1");
            settings.put("transport.port", 0);
            settings.put("discovery.type", "single-node");
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            settings.put("node.processors", 2);
        });
        runner.build(OpenSearchRunner.newConfigs().clusterName("e-order-tests").numOfNode(1)
            .basePath(folder.toString()).printOnFailure());
        runner.ensureYellow();
        while (System.in.read() >= 0) {
            // whoever started us is still there
        }
        runner.close();
        System.exit(0);
    }
}
