<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Commands</name>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Use Plan %1</source>
        <translation>Plan %1 verwenden</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Layer</translation>
    </message>
</context>
<context>
    <name>DivergenceText</name>
    <message>
        <source>%1, %2</source>
        <comment>a quantity and its unit</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>cosine distance</source>
        <translation>Kosinusdistanz</translation>
    </message>
    <message>
        <source>Cosine distance</source>
        <translation>Kosinusdistanz</translation>
    </message>
    <message>
        <source>squared difference</source>
        <translation>quadrierte Differenz</translation>
    </message>
    <message>
        <source>Squared difference</source>
        <translation>Quadrierte Differenz</translation>
    </message>
    <message>
        <source>KL divergence, nats per text</source>
        <translation>KL-Divergenz, nats je Text</translation>
    </message>
    <message>
        <source>KL divergence, nats per token</source>
        <translation>KL-Divergenz, nats je Token</translation>
    </message>
    <message>
        <source>KLD</source>
        <translation>KLD</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>divergence</source>
        <translation>Divergenz</translation>
    </message>
    <message>
        <source>Divergence</source>
        <translation>Divergenz</translation>
    </message>
    <message>
        <source>divergence, sum over outputs</source>
        <translation>Divergenz, Summe über die Ausgänge</translation>
    </message>
    <message>
        <source>KL divergence, nats per picture</source>
        <translation>KL-Divergenz, nats je Bild</translation>
    </message>
    <message>
        <source>KL divergence, nats per sample</source>
        <translation>KL-Divergenz, nats je Probe</translation>
    </message>
    <message>
        <source>KL divergence, nats per result</source>
        <translation>KL-Divergenz, nats je Ergebnis</translation>
    </message>
</context>
<context>
    <name>Duration</name>
    <message numerus="yes">
        <source>about %n s</source>
        <translation>
            <numerusform>etwa %n s</numerusform>
            <numerusform>etwa %n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n min</source>
        <translation>
            <numerusform>etwa %n min</numerusform>
            <numerusform>etwa %n min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n h</source>
        <translation>
            <numerusform>etwa %n h</numerusform>
            <numerusform>etwa %n h</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>Add %1 as a run</source>
        <translation>%1 als Lauf hinzufügen</translation>
    </message>
    <message>
        <source>Time the formats</source>
        <translation>Formate zeitlich messen</translation>
    </message>
    <message>
        <source>Convert to %1</source>
        <translation>In %1 umwandeln</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>%1 exportieren</translation>
    </message>
    <message>
        <source>Evaluate %1</source>
        <translation>%1 auswerten</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>%1 ausführen</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profilieren</translation>
    </message>
    <message>
        <source>Refine %1</source>
        <translation>%1 verfeinern</translation>
    </message>
    <message>
        <source>Measure speed of %1</source>
        <translation>Geschwindigkeit von %1 messen</translation>
    </message>
    <message>
        <source>Measure 1 cell</source>
        <translation>1 Zelle messen</translation>
    </message>
    <message>
        <source>Measure %1 cells</source>
        <translation>%1 Zellen messen</translation>
    </message>
    <message>
        <source>Compare methods</source>
        <translation>Methoden vergleichen</translation>
    </message>
    <message>
        <source>Importance matrix</source>
        <translation>Importance-Matrix</translation>
    </message>
    <message>
        <source>Check the prediction</source>
        <translation>Vorhersage prüfen</translation>
    </message>
    <message>
        <source>Sweep of 1 plan</source>
        <translation>Sweep über 1 Plan</translation>
    </message>
    <message>
        <source>Sweep of %1 plans</source>
        <translation>Sweep über %1 Pläne</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>%1 wird geöffnet</translation>
    </message>
    <message>
        <source>Hashing files</source>
        <translation>Prüfsummen der Dateien</translation>
    </message>
    <message>
        <source>Hashing %1</source>
        <translation>Prüfsumme von %1</translation>
    </message>
    <message>
        <source>Loading the run</source>
        <translation>Lauf wird geladen</translation>
    </message>
    <message>
        <source>Running the original model</source>
        <translation>Originalmodell rechnet</translation>
    </message>
    <message>
        <source>Calibrating block %1 of %2</source>
        <translation>Kalibrieren, Block %1 von %2</translation>
    </message>
    <message>
        <source>Calibrating</source>
        <translation>Kalibrieren</translation>
    </message>
    <message>
        <source>Measuring %1 in %2 formats</source>
        <translation>%1 in %2 Formaten messen</translation>
    </message>
    <message>
        <source>Measuring what each layer&apos;s error costs</source>
        <translation>Messen, was der Fehler jedes Layers kostet</translation>
    </message>
    <message>
        <source>Measuring the range of activations</source>
        <translation>Wertebereich der Aktivierungen messen</translation>
    </message>
    <message>
        <source>Measuring keys and values</source>
        <translation>Keys und Values messen</translation>
    </message>
    <message>
        <source>Measuring speed</source>
        <translation>Geschwindigkeit messen</translation>
    </message>
    <message>
        <source>Searching scales</source>
        <translation>Skalen suchen</translation>
    </message>
    <message>
        <source>Fitting blocks</source>
        <translation>Blöcke anpassen</translation>
    </message>
    <message>
        <source>Fitting %1</source>
        <translation>%1 anpassen</translation>
    </message>
    <message>
        <source>Quantizing %1</source>
        <translation>%1 quantisieren</translation>
    </message>
    <message>
        <source>Quantizing</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Comparing %1 on a sample of layers</source>
        <translation>%1 an einer Auswahl von Layern vergleichen</translation>
    </message>
    <message>
        <source>Comparing layers</source>
        <translation>Layer vergleichen</translation>
    </message>
    <message>
        <source>Preparing %1</source>
        <translation>%1 vorbereiten</translation>
    </message>
    <message>
        <source>Timing kernels</source>
        <translation>Kernel-Zeiten messen</translation>
    </message>
    <message>
        <source>Testing kernels</source>
        <translation>Kernel prüfen</translation>
    </message>
    <message>
        <source>Waiting for the next sitting</source>
        <translation>Warten auf die nächste Sitzung</translation>
    </message>
    <message>
        <source>Waiting until times are taken</source>
        <translation>Warten, bis die Zeiten gemessen sind</translation>
    </message>
    <message>
        <source>Waiting for quiet: times are taken alone</source>
        <translation>Warten auf Ruhe: Zeiten werden allein gemessen</translation>
    </message>
    <message>
        <source>Reading layers</source>
        <translation>Layer lesen</translation>
    </message>
    <message>
        <source>Reading back</source>
        <translation>Zurücklesen</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>Prompt lesen</translation>
    </message>
    <message>
        <source>Reading %1</source>
        <translation>%1 lesen</translation>
    </message>
    <message>
        <source>Writing tensors</source>
        <translation>Tensoren schreiben</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Checking weights</source>
        <translation>Gewichte prüfen</translation>
    </message>
    <message>
        <source>Checking files</source>
        <translation>Dateien prüfen</translation>
    </message>
    <message>
        <source>plan %1 of %2: %3</source>
        <translation>Plan %1 von %2: %3</translation>
    </message>
    <message>
        <source>plan %1 of %2</source>
        <translation>Plan %1 von %2</translation>
    </message>
    <message>
        <source>the plan as it is</source>
        <translation>Plan, wie er ist</translation>
    </message>
    <message>
        <source>the plan solved again</source>
        <translation>Plan, neu gelöst</translation>
    </message>
    <message>
        <source>cells, round %1 of %2</source>
        <translation>Zellen, Runde %1 von %2</translation>
    </message>
    <message>
        <source>change %1 of %2</source>
        <translation>Änderung %1 von %2</translation>
    </message>
    <message>
        <source>before, on the text</source>
        <translation>vorher, auf dem Text</translation>
    </message>
    <message>
        <source>after, on the text</source>
        <translation>nachher, auf dem Text</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nachher</translation>
    </message>
    <message>
        <source>%1 of %2 layers</source>
        <translation>%1 von %2 Layern</translation>
    </message>
    <message>
        <source>%1 of %2 windows</source>
        <translation>%1 von %2 Fenstern</translation>
    </message>
    <message>
        <source>%1 of %2 blocks</source>
        <translation>%1 von %2 Blöcken</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 von %2 Token</translation>
    </message>
    <message>
        <source>%1 of %2 samples</source>
        <translation>%1 von %2 Proben</translation>
    </message>
    <message>
        <source>%1 of %2 tensors</source>
        <translation>%1 von %2 Tensoren</translation>
    </message>
    <message>
        <source>%1 of %2 files</source>
        <translation>%1 von %2 Dateien</translation>
    </message>
    <message>
        <source>%1 of %2 passes</source>
        <translation>%1 von %2 Durchgängen</translation>
    </message>
    <message>
        <source>%1 of %2 formats</source>
        <translation>%1 von %2 Formaten</translation>
    </message>
    <message>
        <source>%1 of %2 rounds</source>
        <translation>%1 von %2 Runden</translation>
    </message>
    <message>
        <source>%1 of %2 kernels</source>
        <translation>%1 von %2 Kerneln</translation>
    </message>
    <message>
        <source>%1 of %2 seconds</source>
        <translation>%1 von %2 Sekunden</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation>%1 von %2 %3</translation>
    </message>
    <message>
        <source>%1 of %2 cells</source>
        <translation>%1 von %2 Zellen</translation>
    </message>
    <message>
        <source>%1 of %2 bytes</source>
        <translation>%1 von %2 Bytes</translation>
    </message>
    <message>
        <source>Ask %1</source>
        <translation>Fragen an %1</translation>
    </message>
    <message>
        <source>Answering</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>%1 of %2 questions</source>
        <translation>%1 von %2 Fragen</translation>
    </message>
    <message>
        <source>Score %1</source>
        <translation>%1 bewerten</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>%1 of %2 texts</source>
        <translation>%1 von %2 Texten</translation>
    </message>
    <message>
        <source>Rounding %1</source>
        <translation>%1 wird gerundet</translation>
    </message>
    <message>
        <source>Counting %1</source>
        <translation>%1 wird gezählt</translation>
    </message>
    <message>
        <source>Lens on the calibration text</source>
        <translation>Linse auf den Kalibrierungstext</translation>
    </message>
    <message>
        <source>The order of the %1 layers is settled from %2 of %3 windows on: their rank correlation with all of them is at least %4.</source>
        <translation>Die Reihenfolge der %1 Schichten steht ab %2 von %3 Fenstern fest: Ihre Rangkorrelation mit allen beträgt mindestens %4.</translation>
    </message>
    <message>
        <source>The order of the %1 layers still changes between %2 and %3 windows (rank correlation %4): use more windows.</source>
        <translation>Die Reihenfolge der %1 Schichten ändert sich zwischen %2 und %3 Fenstern noch (Rangkorrelation %4): Mehr Fenster verwenden.</translation>
    </message>
    <message>
        <source>No channel&apos;s largest magnitude on %1 is more than a factor of 2 from that on %2.</source>
        <translation>Kein größter Betrag eines Kanals auf %1 ist mehr als um den Faktor 2 von dem auf %2 entfernt.</translation>
    </message>
    <message>
        <source>Most channels move at %1: %2 % of their largest magnitudes on %3 are more than a factor of 2 from those on %4.</source>
        <translation>Die meisten Kanäle verschieben sich bei %1: %2 % ihrer größten Beträge auf %3 sind mehr als um den Faktor 2 von denen auf %4 entfernt.</translation>
    </message>
    <message>
        <source>Timing steps of %1</source>
        <translation>Schritte von %1 messen</translation>
    </message>
    <message>
        <source>Measuring values between layers</source>
        <translation>Werte zwischen den Schichten messen</translation>
    </message>
    <message>
        <source>Running the original over the recordings</source>
        <translation>Das Original läuft über die Aufnahmen</translation>
    </message>
</context>
<context>
    <name>FormatGroup</name>
    <message>
        <source>Integers</source>
        <translation>Ganzzahlen</translation>
    </message>
    <message>
        <source>Microscaling</source>
        <translation>Microscaling</translation>
    </message>
    <message>
        <source>16 and 32 Bit</source>
        <translation>16 und 32 Bit</translation>
    </message>
</context>
<context>
    <name>GraphView</name>
    <message>
        <source>Input</source>
        <translation>Eingang</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>float</source>
        <translation>Fließkomma</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>gemischt</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>Block %1</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n Layer</numerusform>
            <numerusform>%n Layer</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: step %2 and zero point %3 in the selected run</source>
        <translation>%1: Schritt %2 und Nullpunkt %3 im ausgewählten Lauf</translation>
    </message>
    <message>
        <source>rounded by the layer that reads it (%1)</source>
        <translation>gerundet von dem Layer, der es liest (%1)</translation>
    </message>
    <message>
        <source>rounded: result of %1 in bytes, its range measured</source>
        <translation>gerundet: Ergebnis von %1 in Bytes, sein Bereich gemessen</translation>
    </message>
    <message>
        <source>rounded: result of %1 in bytes, with scale and zero point of what %2 reads</source>
        <translation>gerundet: Ergebnis von %1 in Bytes, mit Skala und Nullpunkt dessen, was %2 liest</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>routed tokens</source>
        <translation>zugeteilte Token</translation>
    </message>
    <message>
        <source>float: results of the network stay float</source>
        <translation>Fließkomma: Ergebnisse des Netzes bleiben Fließkomma</translation>
    </message>
    <message>
        <source>float: the layer that reads it multiplies float inputs (%1)</source>
        <translation>Fließkomma: der Layer, der es liest, multipliziert Eingänge in Fließkomma (%1)</translation>
    </message>
    <message>
        <source>float: no layer of the plan reads bytes, so nothing between layers is rounded</source>
        <translation>Fließkomma: kein Layer des Plans liest Bytes, darum wird zwischen Layern nichts gerundet</translation>
    </message>
    <message>
        <source>float: the plan rounds nothing between layers</source>
        <translation>Fließkomma: der Plan rundet zwischen Layern nichts</translation>
    </message>
    <message>
        <source>float: inputs of the network are rounded by layers alone</source>
        <translation>Fließkomma: Eingänge des Netzes werden nur von Layern gerundet</translation>
    </message>
    <message>
        <source>float: the BatchNorm behind %1 is not folded</source>
        <translation>Fließkomma: die BatchNorm hinter %1 ist nicht eingerechnet</translation>
    </message>
    <message>
        <source>float: %1 in %2 gives float</source>
        <translation>Fließkomma: %1 in %2 ergibt Fließkomma</translation>
    </message>
    <message>
        <source>float: %1 stays float</source>
        <translation>Fließkomma: %1 bleibt Fließkomma</translation>
    </message>
    <message>
        <source>float: not every input of %1 is in bytes</source>
        <translation>Fließkomma: nicht jeder Eingang von %1 ist in Bytes</translation>
    </message>
    <message>
        <source>float: it comes to no layer of bytes again</source>
        <translation>Fließkomma: es kommt zu keinem Layer mit Bytes mehr</translation>
    </message>
    <message>
        <source>F opens the block.</source>
        <translation>F klappt den Block auf.</translation>
    </message>
    <message>
        <source>gives %1</source>
        <translation>ergibt %1</translation>
    </message>
    <message numerus="yes">
        <source>%n edge(s) go on outside of the view.</source>
        <translation>
            <numerusform>%n Kante geht außerhalb des Blicks weiter.</numerusform>
            <numerusform>%n Kanten gehen außerhalb des Blicks weiter.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>One of %n edge(s) between the two.</source>
        <translation>
            <numerusform>Eine von %n Kanten zwischen beiden.</numerusform>
            <numerusform>Eine von %n Kanten zwischen beiden.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2, %3. Fed by: %4. Read by: %5.</source>
        <translation>%1, %2, %3. Gespeist von: %4. Gelesen von: %5.</translation>
    </message>
    <message>
        <source>rounded</source>
        <translation>gerundet</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
</context>
<context>
    <name>Heatmap</name>
    <message>
        <source>Sensitivity and format of every layer</source>
        <translation>Empfindlichkeit und Format jedes Layers</translation>
    </message>
    <message>
        <source>by block</source>
        <translation>je Block</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Click or drag to select layers · arrows move</source>
        <translation>Klicken oder Ziehen wählt Layer aus · Pfeiltasten gehen weiter</translation>
    </message>
    <message numerus="yes">
        <source>%n selected · 1…9 set a format · L lock · Shift+arrows extend · Space keeps 16 bit</source>
        <translation>
            <numerusform>%n ausgewählt · 1…9 setzt ein Format · L sperrt · Umschalt+Pfeile erweitern · Leertaste behält 16 Bit</numerusform>
            <numerusform>%n ausgewählt · 1…9 setzt ein Format · L sperrt · Umschalt+Pfeile erweitern · Leertaste behält 16 Bit</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · log scale</source>
        <translation>%1 · logarithmisch</translation>
    </message>
    <message>
        <source>%1 · linear scale</source>
        <translation>%1 · linear</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>%1 × %2 · %3 · %4 bits per weight</source>
        <translation>%1 × %2 · %3 · %4 Bits je Gewicht</translation>
    </message>
    <message>
        <source>Locked: no solver changes it.</source>
        <translation>Gesperrt: Kein Solver ändert ihn.</translation>
    </message>
    <message>
        <source>Changed: %1</source>
        <translation>Geändert: %1</translation>
    </message>
    <message>
        <source>format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>relativer Fehler</translation>
    </message>
    <message>
        <source>%1 measured</source>
        <translation>%1 gemessen</translation>
    </message>
    <message>
        <source>%1. Click: its layers</source>
        <translation>%1. Klick: dessen Layer</translation>
    </message>
    <message>
        <source>%1: %2 bits per weight together. Click: its layers</source>
        <translation>%1: zusammen %2 Bits je Gewicht. Klick: dessen Layer</translation>
    </message>
    <message>
        <source>%1: %2 together, %3 % of all (%4). Click: its layers</source>
        <translation>%1: zusammen %2, %3 % von allem (%4). Klick: dessen Layer</translation>
    </message>
    <message>
        <source>Not profiled yet.</source>
        <translation>Noch nicht profiliert.</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
    <message>
        <source>%1 · %2 bits per weight together</source>
        <translation>%1 · zusammen %2 Bits je Gewicht</translation>
    </message>
    <message>
        <source>Locked: no solver changes them.</source>
        <translation>Gesperrt: Kein Solver ändert sie.</translation>
    </message>
    <message>
        <source>Mean of the layers: %1 (%2)</source>
        <translation>Mittel der Layer: %1 (%2)</translation>
    </message>
    <message>
        <source>✗ The loader takes some of them not: open the row to see which.</source>
        <translation>✗ Der Loader nimmt manche davon nicht an: Die Zeile öffnen zeigt, welche.</translation>
    </message>
    <message>
        <source>Click: all of them. The arrow before the row shows each.</source>
        <translation>Klick: alle davon. Der Pfeil vor der Zeile zeigt jeden.</translation>
    </message>
    <message>
        <source>Nothing was measured yet: select layers and press Ctrl+M.</source>
        <translation>Noch wurde nichts gemessen: Layer auswählen und Strg+M drücken.</translation>
    </message>
    <message>
        <source>predicted %1</source>
        <translation>vorhergesagte %1</translation>
    </message>
</context>
<context>
    <name>JobCheck</name>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Festplatte</translation>
    </message>
    <message>
        <source>Cached</source>
        <translation>Im Cache</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>Zu tun</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Held-out windows</source>
        <translation>Zurückgehaltene Fenster</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>Overlap of texts</source>
        <translation>Überschneidung der Texte</translation>
    </message>
    <message>
        <source>Loader</source>
        <translation>Loader</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Choose Texts…</source>
        <translation>Texte wählen…</translation>
    </message>
    <message>
        <source>Show Layers</source>
        <translation>Layer zeigen</translation>
    </message>
    <message>
        <source>Transforms</source>
        <translation>Transformationen</translation>
    </message>
</context>
<context>
    <name>JobKind</name>
    <message>
        <source>Quantize</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>Sweep</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profilieren</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>Umwandeln</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Kernel times</source>
        <translation>Kernel-Zeiten</translation>
    </message>
    <message>
        <source>Refine</source>
        <translation>Verfeinern</translation>
    </message>
    <message>
        <source>Measure cells</source>
        <translation>Zellen messen</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>Methoden</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Add checkpoint</source>
        <translation>Checkpoint hinzufügen</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>Importance</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>Linse</translation>
    </message>
</context>
<context>
    <name>LayerFacts</name>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Bytes, now → chosen</source>
        <translation>Bytes, jetzt → gewählt</translation>
    </message>
    <message>
        <source>Kurtosis of weights</source>
        <translation>Kurtosis der Gewichte</translation>
    </message>
    <message>
        <source>Weights that are 0</source>
        <translation>Gewichte gleich 0</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>Eingaben</translation>
    </message>
    <message>
        <source>Dead input channels</source>
        <translation>Tote Eingangskanäle</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Tokens seen</source>
        <translation>Gesehene Token</translation>
    </message>
    <message>
        <source>Hessian trace</source>
        <translation>Spur der Hessian</translation>
    </message>
    <message>
        <source>In run %1</source>
        <translation>Im Lauf %1</translation>
    </message>
    <message>
        <source>Its relative output error</source>
        <translation>Sein relativer Ausgabefehler</translation>
    </message>
    <message>
        <source>Its fallbacks</source>
        <translation>Seine Ausweichlösungen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Selected</source>
        <translation>Ausgewählt</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n Layer</numerusform>
            <numerusform>%n Layer</numerusform>
        </translation>
    </message>
    <message>
        <source>Weights together</source>
        <translation>Gewichte zusammen</translation>
    </message>
    <message>
        <source>Bytes each, as chosen</source>
        <translation>Bytes je Layer, wie gewählt</translation>
    </message>
    <message>
        <source>Bytes together</source>
        <translation>Bytes zusammen</translation>
    </message>
    <message>
        <source>Calibration tokens</source>
        <translation>Kalibrierungs-Token</translation>
    </message>
    <message>
        <source>%1 of %2: too few to fit it to</source>
        <translation>%1 von %2: zu wenige, um sie daran anzupassen</translation>
    </message>
    <message>
        <source>%1, alone, measured</source>
        <translation>%1, allein, gemessen</translation>
    </message>
    <message>
        <source>%1, alone, predicted</source>
        <translation>%1, allein, vorhergesagt</translation>
    </message>
    <message>
        <source>%1, per unit of error</source>
        <translation>%1, je Fehlereinheit</translation>
    </message>
    <message>
        <source>%1, of each alone, sum</source>
        <translation>%1, jedes einzelnen, Summe</translation>
    </message>
</context>
<context>
    <name>MetricText</name>
    <message>
        <source>KLD</source>
        <translation>KLD</translation>
    </message>
    <message>
        <source>Mean KL divergence of the run&apos;s next-token distribution from the original&apos;s; 0 is identical</source>
        <translation>Mittlere KL-Divergenz der Verteilung des nächsten Tokens des Laufs von der des Originals; 0 ist identisch</translation>
    </message>
    <message>
        <source>KLD, median</source>
        <translation>KLD, Median</translation>
    </message>
    <message>
        <source>Half of the tokens diverge by less</source>
        <translation>Die Hälfte der Token weicht weniger ab</translation>
    </message>
    <message>
        <source>KLD, 90th percentile</source>
        <translation>KLD, 90. Perzentil</translation>
    </message>
    <message>
        <source>One token in ten diverges by more</source>
        <translation>Eines von zehn Token weicht stärker ab</translation>
    </message>
    <message>
        <source>KLD, 99th percentile</source>
        <translation>KLD, 99. Perzentil</translation>
    </message>
    <message>
        <source>One token in a hundred diverges by more</source>
        <translation>Eines von hundert Token weicht stärker ab</translation>
    </message>
    <message>
        <source>KLD, largest</source>
        <translation>KLD, größte</translation>
    </message>
    <message>
        <source>Of the token that diverges most</source>
        <translation>Des Tokens, das am stärksten abweicht</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>exp of the mean negative log-likelihood of the text&apos;s tokens. Its error is that of the text&apos;s sampling, common to all runs</source>
        <translation>exp der mittleren negativen Log-Likelihood der Token des Textes. Ihr Fehler ist der der Textstichprobe, allen Läufen gemeinsam</translation>
    </message>
    <message>
        <source>Perplexity of the original</source>
        <translation>Perplexität des Originals</translation>
    </message>
    <message>
        <source>As the same evaluation found it</source>
        <translation>Wie dieselbe Auswertung sie ergab</translation>
    </message>
    <message>
        <source>Same top-1</source>
        <translation>Gleiches Top-1</translation>
    </message>
    <message>
        <source>Share of tokens with the same most likely next token as the original</source>
        <translation>Anteil der Token, deren wahrscheinlichstes nächstes Token dasselbe ist wie beim Original</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>Decode</translation>
    </message>
    <message>
        <source>Generated tokens a second, by the table of kernel times; compared sitting by sitting on the kernels in which two runs differ</source>
        <translation>Erzeugte Token je Sekunde nach der Tabelle der Kernel-Zeiten; Sitzung für Sitzung verglichen an den Kerneln, in denen sich zwei Läufe unterscheiden</translation>
    </message>
    <message>
        <source>Decode, measured once</source>
        <translation>Decode, einmal gemessen</translation>
    </message>
    <message>
        <source>End to end; the machine&apos;s mood of that moment is in it</source>
        <translation>Von Anfang bis Ende; die Tagesform der Maschine steckt darin</translation>
    </message>
    <message>
        <source>Prefill, measured once</source>
        <translation>Prefill, einmal gemessen</translation>
    </message>
    <message>
        <source>Tokens of a prompt a second; the machine&apos;s mood of that moment is in it</source>
        <translation>Token eines Prompts je Sekunde; die Tagesform der Maschine steckt darin</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Spitzenspeicher</translation>
    </message>
    <message>
        <source>Of the process that measured the speed</source>
        <translation>Des Prozesses, der die Geschwindigkeit maß</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Bytes of the whole checkpoint, scales counted</source>
        <translation>Bytes des ganzen Checkpoints, Skalen mitgezählt</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Mean over the quantizable layers, scales counted</source>
        <translation>Mittel über die quantisierbaren Layer, Skalen mitgezählt</translation>
    </message>
    <message>
        <source>Time to quantize</source>
        <translation>Dauer des Quantisierens</translation>
    </message>
    <message>
        <source>Of the job that made the run</source>
        <translation>Des Jobs, der den Lauf erzeugte</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <translation>%1 … %2</translation>
    </message>
    <message>
        <source>✓ better</source>
        <translation>✓ besser</translation>
    </message>
    <message>
        <source>✗ worse</source>
        <translation>✗ schlechter</translation>
    </message>
    <message>
        <source>same</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>equal</source>
        <translation>identisch</translation>
    </message>
    <message>
        <source>One of the two was not measured.</source>
        <translation>Eines der beiden wurde nicht gemessen.</translation>
    </message>
    <message>
        <source>They were measured on other windows: evaluate both on the same text.</source>
        <translation>Sie wurden auf verschiedenen Fenstern gemessen: beide auf demselben Text auswerten.</translation>
    </message>
    <message>
        <source>There are no values by window that could be paired.</source>
        <translation>Es gibt keine Werte je Fenster, die sich paaren ließen.</translation>
    </message>
    <message>
        <source>There are fewer than %1 windows: too few for an interval.</source>
        <translation>Es gibt weniger als %1 Fenster: zu wenige für ein Intervall.</translation>
    </message>
    <message>
        <source>Each was measured once: the machine&apos;s mood of that moment is in it.</source>
        <translation>Jedes wurde einmal gemessen: Die Tagesform der Maschine steckt darin.</translation>
    </message>
    <message>
        <source>It takes %1 sittings, minutes apart, to know how speeds drift.</source>
        <translation>Erst %1 Sitzungen im Abstand von Minuten zeigen, wie Geschwindigkeiten driften.</translation>
    </message>
    <message>
        <source>Neither way is better.</source>
        <translation>Keine Richtung ist besser.</translation>
    </message>
    <message>
        <source>Share of questions whose right choice is the most likely one, or of completions that the model writes itself</source>
        <translation>Anteil der Fragen, deren richtige Antwort die wahrscheinlichste ist, oder der Fortsetzungen, die das Modell selbst schreibt</translation>
    </message>
    <message>
        <source>Accuracy by characters</source>
        <translation>Genauigkeit nach Zeichen</translation>
    </message>
    <message>
        <source>The same with each choice&apos;s log-likelihood divided by its characters</source>
        <translation>Dasselbe, die Log-Likelihood jeder Antwort geteilt durch ihre Zeichen</translation>
    </message>
    <message>
        <source>Accuracy by bytes</source>
        <translation>Genauigkeit nach Bytes</translation>
    </message>
    <message>
        <source>The same with each choice&apos;s log-likelihood divided by its bytes</source>
        <translation>Dasselbe, die Log-Likelihood jeder Antwort geteilt durch ihre Bytes</translation>
    </message>
    <message>
        <source>Perplexity of completions</source>
        <translation>Perplexität der Fortsetzungen</translation>
    </message>
    <message>
        <source>exp of the mean negative log-likelihood of a whole completion</source>
        <translation>exp der mittleren negativen Log-Likelihood einer ganzen Fortsetzung</translation>
    </message>
    <message>
        <source>Cosine distance</source>
        <translation>Kosinusabstand</translation>
    </message>
    <message>
        <source>Mean of 1 - cosine to the original&apos;s embeddings; 0 is identical</source>
        <translation>Mittel von 1 - Kosinus zu den Einbettungen des Originals; 0 ist identisch</translation>
    </message>
    <message>
        <source>Squared difference</source>
        <translation>Quadrierte Differenz</translation>
    </message>
    <message>
        <source>Mean squared difference of the model&apos;s number from the original&apos;s</source>
        <translation>Mittlere quadrierte Differenz der Zahl des Modells von der des Originals</translation>
    </message>
    <message>
        <source>Accuracy of classes</source>
        <translation>Genauigkeit der Klassen</translation>
    </message>
    <message>
        <source>Share of labelled texts whose most probable class is the right one</source>
        <translation>Anteil der beschrifteten Texte, deren wahrscheinlichste Klasse die richtige ist</translation>
    </message>
    <message>
        <source>F1, macro</source>
        <translation>F1, Makro</translation>
    </message>
    <message>
        <source>Mean over the classes of the harmonic mean of precision and recall</source>
        <translation>Mittel über die Klassen des harmonischen Mittels von Präzision und Trefferquote</translation>
    </message>
    <message>
        <source>F1, micro</source>
        <translation>F1, Mikro</translation>
    </message>
    <message>
        <source>F1 over all texts together; with one class a text it is the accuracy</source>
        <translation>F1 über alle Texte zusammen; mit einer Klasse je Text ist es die Genauigkeit</translation>
    </message>
    <message>
        <source>F1 of entities</source>
        <translation>F1 der Entitäten</translation>
    </message>
    <message>
        <source>Harmonic mean of precision and recall of whole entities: borders and type must be right (IOB2)</source>
        <translation>Harmonisches Mittel von Präzision und Trefferquote ganzer Entitäten: Grenzen und Art müssen stimmen (IOB2)</translation>
    </message>
    <message>
        <source>Precision of entities</source>
        <translation>Präzision der Entitäten</translation>
    </message>
    <message>
        <source>Share of the entities found that are right</source>
        <translation>Anteil der gefundenen Entitäten, die richtig sind</translation>
    </message>
    <message>
        <source>Recall of entities</source>
        <translation>Trefferquote der Entitäten</translation>
    </message>
    <message>
        <source>Share of the entities there that were found</source>
        <translation>Anteil der vorhandenen Entitäten, die gefunden wurden</translation>
    </message>
    <message>
        <source>Accuracy of words</source>
        <translation>Genauigkeit der Wörter</translation>
    </message>
    <message>
        <source>Share of words with the right tag</source>
        <translation>Anteil der Wörter mit dem richtigen Tag</translation>
    </message>
    <message>
        <source>Cosine to the original</source>
        <translation>Kosinus zum Original</translation>
    </message>
    <message>
        <source>Mean cosine of the labelled texts&apos; embeddings to the original&apos;s</source>
        <translation>Mittlerer Kosinus der Einbettungen der beschrifteten Texte zu denen des Originals</translation>
    </message>
    <message>
        <source>Spearman</source>
        <translation>Spearman</translation>
    </message>
    <message>
        <source>Rank correlation of the pairs&apos; similarity with their scores</source>
        <translation>Rangkorrelation der Ähnlichkeit der Paare mit ihren Werten</translation>
    </message>
    <message>
        <source>Pearson</source>
        <translation>Pearson</translation>
    </message>
    <message>
        <source>Linear correlation of the pairs&apos; similarity with their scores</source>
        <translation>Lineare Korrelation der Ähnlichkeit der Paare mit ihren Werten</translation>
    </message>
    <message>
        <source>Exact match</source>
        <translation>Genaue Übereinstimmung</translation>
    </message>
    <message>
        <source>Share of short answers, written greedily, that equal a right one but for case, punctuation and articles</source>
        <translation>Anteil der kurzen Antworten, Token für Token das wahrscheinlichste, die bis auf Großschreibung, Satzzeichen und Artikel einer richtigen gleichen</translation>
    </message>
    <message>
        <source>F1 of answers</source>
        <translation>F1 der Antworten</translation>
    </message>
    <message>
        <source>Harmonic mean of precision and recall of the words of short answers</source>
        <translation>Harmonisches Mittel aus Genauigkeit und Trefferquote der Wörter kurzer Antworten</translation>
    </message>
    <message numerus="yes">
        <source>Paired over %n labelled text(s) of %1: %2.</source>
        <translation>
            <numerusform>Gepaart über %n beschrifteten Text von %1: %2.</numerusform>
            <numerusform>Gepaart über %n beschriftete Texte von %1: %2.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Paired over %n question(s) of %1: %2.</source>
        <translation>
            <numerusform>Gepaart über %n Frage von %1: %2.</numerusform>
            <numerusform>Gepaart über %n Fragen von %1: %2.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Paired over %n window(s) of %1: %2.</source>
        <translation>
            <numerusform>Gepaart über %n Fenster von %1: %2.</numerusform>
            <numerusform>Gepaart über %n Fenster von %1: %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>All are of one document: windows stand in for documents.</source>
        <translation>Alle sind aus einem Dokument: Fenster stehen für Dokumente.</translation>
    </message>
    <message>
        <source>All are of one group: questions stand in for groups.</source>
        <translation>Alle sind aus einer Gruppe: Fragen stehen für Gruppen.</translation>
    </message>
    <message numerus="yes">
        <source>Resampled by document: %n of them.</source>
        <translation>
            <numerusform>Nach Dokumenten gezogen: %n.</numerusform>
            <numerusform>Nach Dokumenten gezogen: %n.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resampled by group: %n of them.</source>
        <translation>
            <numerusform>Nach Gruppen gezogen: %n.</numerusform>
            <numerusform>Nach Gruppen gezogen: %n.</numerusform>
        </translation>
    </message>
    <message>
        <source>The windows or items are of fewer than %1 documents or groups: too few for an interval.</source>
        <translation>Die Fenster oder Aufgaben sind aus weniger als %1 Dokumenten oder Gruppen: zu wenige für ein Intervall.</translation>
    </message>
    <message>
        <source>Divergence</source>
        <translation>Divergenz</translation>
    </message>
    <message>
        <source>Sum over all outputs that are scored; 0 is identical</source>
        <translation>Summe über alle bewerteten Ausgänge; 0 ist identisch</translation>
    </message>
    <message>
        <source>Error of chances</source>
        <translation>Fehler der Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>Mean distance of the run&apos;s chances from the original&apos;s</source>
        <translation>Mittlerer Abstand der Wahrscheinlichkeiten des Laufs von denen des Originals</translation>
    </message>
    <message>
        <source>Error of states</source>
        <translation>Fehler der Zustände</translation>
    </message>
    <message>
        <source>Distance of the run&apos;s states from the original&apos;s by their length, at the last step of the recordings</source>
        <translation>Abstand der Zustände des Laufs von denen des Originals durch deren Länge, im letzten Schritt der Aufnahmen</translation>
    </message>
    <message>
        <source>Error of scores</source>
        <translation>Fehler der Bewertungen</translation>
    </message>
    <message>
        <source>Mean distance of all candidates&apos; scores from the original&apos;s</source>
        <translation>Mittlerer Abstand der Bewertungen aller Kandidaten von denen des Originals</translation>
    </message>
    <message>
        <source>AP against the original</source>
        <translation>AP gegen das Original</translation>
    </message>
    <message>
        <source>COCO&apos;s average precision with the original&apos;s boxes as the truth</source>
        <translation>Average Precision nach COCO, mit den Rahmen des Originals als Wahrheit</translation>
    </message>
    <message>
        <source>AP 50 against the original</source>
        <translation>AP 50 gegen das Original</translation>
    </message>
    <message>
        <source>The same for boxes that overlap by half</source>
        <translation>Dasselbe für Rahmen, die sich zur Hälfte überdecken</translation>
    </message>
    <message>
        <source>AP 75 against the original</source>
        <translation>AP 75 gegen das Original</translation>
    </message>
    <message>
        <source>The same for boxes that overlap by three quarters</source>
        <translation>Dasselbe für Rahmen, die sich zu drei Vierteln überdecken</translation>
    </message>
    <message>
        <source>AP</source>
        <translation>AP</translation>
    </message>
    <message>
        <source>COCO&apos;s average precision, mean over overlaps from .5 to .95</source>
        <translation>Average Precision nach COCO, Mittel über Überdeckungen von 0,5 bis 0,95</translation>
    </message>
    <message>
        <source>AP 50</source>
        <translation>AP 50</translation>
    </message>
    <message>
        <source>Average precision of boxes that overlap the truth by half</source>
        <translation>Average Precision von Rahmen, die die Wahrheit zur Hälfte überdecken</translation>
    </message>
    <message>
        <source>AP 75</source>
        <translation>AP 75</translation>
    </message>
    <message>
        <source>Average precision of boxes that overlap the truth by three quarters</source>
        <translation>Average Precision von Rahmen, die die Wahrheit zu drei Vierteln überdecken</translation>
    </message>
    <message>
        <source>AP, small</source>
        <translation>AP, klein</translation>
    </message>
    <message>
        <source>AP of things of less than 32 x 32 pixels</source>
        <translation>AP von Dingen mit weniger als 32 x 32 Pixeln</translation>
    </message>
    <message>
        <source>AP, middle</source>
        <translation>AP, mittel</translation>
    </message>
    <message>
        <source>AP of things of 32 x 32 to 96 x 96 pixels</source>
        <translation>AP von Dingen mit 32 x 32 bis 96 x 96 Pixeln</translation>
    </message>
    <message>
        <source>AP, large</source>
        <translation>AP, groß</translation>
    </message>
    <message>
        <source>AP of things of more than 96 x 96 pixels</source>
        <translation>AP von Dingen mit mehr als 96 x 96 Pixeln</translation>
    </message>
    <message>
        <source>Recall, 1 box</source>
        <translation>Recall, 1 Rahmen</translation>
    </message>
    <message>
        <source>COCO&apos;s average recall with the best box of each picture</source>
        <translation>Average Recall nach COCO mit dem besten Rahmen jedes Bildes</translation>
    </message>
    <message>
        <source>Recall, 10 boxes</source>
        <translation>Recall, 10 Rahmen</translation>
    </message>
    <message>
        <source>COCO&apos;s average recall with the ten best boxes of each picture</source>
        <translation>Average Recall nach COCO mit den zehn besten Rahmen jedes Bildes</translation>
    </message>
    <message>
        <source>Recall, 100 boxes</source>
        <translation>Recall, 100 Rahmen</translation>
    </message>
    <message>
        <source>COCO&apos;s average recall with the hundred best boxes of each picture</source>
        <translation>Average Recall nach COCO mit den hundert besten Rahmen jedes Bildes</translation>
    </message>
</context>
<context>
    <name>NumberFormats</name>
    <message>
        <source>1 sign, %1 exponent and %2 mantissa bits · bias %3</source>
        <translation>1 Vorzeichen-, %1 Exponenten- und %2 Mantissenbits · Bias %3</translation>
    </message>
    <message>
        <source>%1 · with infinity</source>
        <translation>%1 · mit Unendlich</translation>
    </message>
    <message>
        <source>%1 · no infinity</source>
        <translation>%1 · ohne Unendlich</translation>
    </message>
    <message>
        <source>Rounds to the nearest, ties to the lower value; saturates</source>
        <translation>Rundet zum Nächsten, bei Gleichstand zum kleineren Wert; sättigt</translation>
    </message>
    <message>
        <source>Rounds to the nearest, ties to even; overflows to infinity</source>
        <translation>Rundet zum Nächsten, bei Gleichstand zum Geraden; läuft nach Unendlich über</translation>
    </message>
    <message>
        <source>Rounds to the nearest, ties to even; saturates</source>
        <translation>Rundet zum Nächsten, bei Gleichstand zum Geraden; sättigt</translation>
    </message>
    <message>
        <source>sign</source>
        <translation>Vorzeichen</translation>
    </message>
    <message>
        <source>exponent</source>
        <translation>Exponent</translation>
    </message>
    <message>
        <source>mantissa</source>
        <translation>Mantisse</translation>
    </message>
    <message>
        <source>level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>rounded</source>
        <translation>gerundet</translation>
    </message>
    <message>
        <source>rounded among subnormals</source>
        <translation>gerundet zwischen subnormalen Zahlen</translation>
    </message>
    <message>
        <source>underflow to 0</source>
        <translation>Unterlauf zu 0</translation>
    </message>
    <message>
        <source>overflow, saturated</source>
        <translation>Überlauf, gesättigt</translation>
    </message>
    <message>
        <source>overflow to infinity</source>
        <translation>Überlauf nach Unendlich</translation>
    </message>
    <message>
        <source>NaN</source>
        <translation>NaN</translation>
    </message>
    <message>
        <source>NaN cannot be stored</source>
        <translation>NaN kann nicht gespeichert werden</translation>
    </message>
    <message>
        <source>%1 (%2 %)</source>
        <translation>%1 (%2 %)</translation>
    </message>
    <message>
        <source>float32</source>
        <translation>float32</translation>
    </message>
    <message>
        <source>float16</source>
        <translation>float16</translation>
    </message>
    <message>
        <source>a power of two (E8M0)</source>
        <translation>eine Zweierpotenz (E8M0)</translation>
    </message>
    <message>
        <source>FP8 E4M3, over one float32 for the whole weight</source>
        <translation>FP8 E4M3, über einem float32 für das ganze Gewicht</translation>
    </message>
    <message>
        <source>together with other groups&apos; scales</source>
        <translation>zusammen mit den Skalen anderer Gruppen</translation>
    </message>
</context>
<context>
    <name>PictureFile</name>
    <message>
        <source>%1 could not be written. Choose another folder.</source>
        <translation>%1 konnte nicht geschrieben werden. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>%1: pictures are written as .png, .svg or .pdf.</source>
        <translation>%1: Bilder werden als .png, .svg oder .pdf geschrieben.</translation>
    </message>
</context>
<context>
    <name>PlanText</name>
    <message>
        <source>%1, also online</source>
        <translation>%1, auch online</translation>
    </message>
    <message>
        <source>%1, searched</source>
        <translation>%1, gesucht</translation>
    </message>
    <message>
        <source>inputs %1</source>
        <translation>Eingaben %1</translation>
    </message>
    <message>
        <source>sequential</source>
        <translation>sequenziell</translation>
    </message>
    <message>
        <source>cache %1</source>
        <translation>Cache %1</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation>%1, %2 Bits je Gewicht</translation>
    </message>
    <message>
        <source>%1 of %2 layers (%3 %)</source>
        <translation>%1 von %2 Layern (%3 %)</translation>
    </message>
    <message>
        <source>%1, predicted %2 %3</source>
        <translation>%1, vorhergesagte %2 %3</translation>
    </message>
    <message>
        <source>%1, %2 not predicted: %3</source>
        <translation>%1, %2 nicht vorhergesagt: %3</translation>
    </message>
    <message>
        <source>range of bytes %1</source>
        <translation>Bereich der Bytes: %1</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>Error by layer</source>
        <translation>Fehler je Layer</translation>
    </message>
    <message>
        <source>Save Table</source>
        <translation>Tabelle speichern</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
    <message>
        <source>&amp;Copy as Table</source>
        <translation>Als &amp;Tabelle kopieren</translation>
    </message>
    <message>
        <source>&amp;Save as CSV…</source>
        <translation>Als &amp;CSV speichern…</translation>
    </message>
    <message>
        <source>How to load with %1</source>
        <translation>Laden mit %1</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>RefinementText</name>
    <message>
        <source>The plan stays as it was: there was no change to measure.</source>
        <translation>Der Plan bleibt, wie er war: Es gab keine Änderung zu messen.</translation>
    </message>
    <message numerus="yes">
        <source>The plan stays as it was: %n change(s) measured, none made it better.</source>
        <translation>
            <numerusform>Der Plan bleibt, wie er war: %n Änderung gemessen, sie machte ihn nicht besser.</numerusform>
            <numerusform>Der Plan bleibt, wie er war: %n Änderungen gemessen, keine machte ihn besser.</numerusform>
        </translation>
    </message>
    <message>
        <source>The plan stays as it was: what made it better in independent mode did not in sequential mode.</source>
        <translation>Der Plan bleibt, wie er war: Was ihn im unabhängigen Modus besser machte, tat es im sequenziellen nicht.</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n change(s) kept.</source>
        <translation>
            <numerusform>%1 von %n Änderung behalten.</numerusform>
            <numerusform>%1 von %n Änderungen behalten.</numerusform>
        </translation>
    </message>
    <message>
        <source>The plan is refined. On the evaluation text: %1. %2</source>
        <translation>Der Plan ist verfeinert. Auf dem Auswertungstext: %1. %2</translation>
    </message>
    <message>
        <source>On the windows of the search: %1. %2</source>
        <translation>Auf den Fenstern der Suche: %1. %2</translation>
    </message>
    <message>
        <source>The plan is refined. %1</source>
        <translation>Der Plan ist verfeinert. %1</translation>
    </message>
    <message>
        <source>The better plan found so far, measured in independent mode, is in hand.</source>
        <translation>Der bisher beste gefundene Plan, im unabhängigen Modus gemessen, ist geladen.</translation>
    </message>
    <message>
        <source>The better plan found so far is in hand.</source>
        <translation>Der bisher beste gefundene Plan ist geladen.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>divergence %1 → %2 (%3)</source>
        <translation>Divergenz %1 → %2 (%3)</translation>
    </message>
</context>
<context>
    <name>RunCommands</name>
    <message>
        <source>Rename Run</source>
        <translation>Lauf umbenennen</translation>
    </message>
    <message>
        <source>Note and Tags</source>
        <translation>Notiz und Schlagwörter</translation>
    </message>
    <message>
        <source>Delete Run %1</source>
        <translation>Lauf %1 löschen</translation>
    </message>
</context>
<context>
    <name>RunSummary</name>
    <message>
        <source>Speeds: not all runs are timed</source>
        <translation>Geschwindigkeiten: nicht alle Läufe sind gemessen</translation>
    </message>
    <message>
        <source>Speeds: it takes %1 sittings to rank them</source>
        <translation>Geschwindigkeiten: Für eine Rangfolge braucht es %1 Sitzungen</translation>
    </message>
    <message>
        <source>Speeds: none can be told from another</source>
        <translation>Geschwindigkeiten: keine ist von einer anderen zu unterscheiden</translation>
    </message>
    <message>
        <source>On the front: every other run is worse in one of the two</source>
        <translation>Auf der Front: Jeder andere Lauf ist in einem von beidem schlechter</translation>
    </message>
    <message>
        <source>Not beaten, but it cannot be told from %1</source>
        <translation>Nicht geschlagen, aber von %1 nicht zu unterscheiden</translation>
    </message>
    <message>
        <source>Beaten by %1</source>
        <translation>Geschlagen von %1</translation>
    </message>
    <message>
        <source>%1 tokens/s, %2× the original</source>
        <translation>%1 Token/s, %2× das Original</translation>
    </message>
    <message>
        <source>%1 (%2 of %3 sittings: its drift is not known)</source>
        <translation>%1 (%2 von %3 Sitzungen: Die Drift ist nicht bekannt)</translation>
    </message>
    <message>
        <source>%1 (95 % of later sittings: %2–%3×)</source>
        <translation>%1 (95 % späterer Sitzungen: %2–%3×)</translation>
    </message>
    <message>
        <source>%1 of weights a token, %2 million instructions</source>
        <translation>%1 Gewichte je Token, %2 Millionen Instruktionen</translation>
    </message>
    <message>
        <source>%1 of weights a token; instructions are not counted on this system</source>
        <translation>%1 Gewichte je Token; Instruktionen werden auf diesem System nicht gezählt</translation>
    </message>
</context>
<context>
    <name>TokenClass</name>
    <message>
        <source>word starts</source>
        <translation>Wortanfänge</translation>
    </message>
    <message>
        <source>inside words</source>
        <translation>im Wort</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>punctuation</source>
        <translation>Satzzeichen</translation>
    </message>
    <message>
        <source>white space</source>
        <translation>Leerraum</translation>
    </message>
    <message>
        <source>other</source>
        <translation>andere</translation>
    </message>
</context>
<context>
    <name>VerdictText</name>
    <message>
        <source>Whether “%1” is good enough is not known: it is not carried out yet.</source>
        <translation>Ob „%1“ gut genug ist, ist nicht bekannt: Er ist noch nicht ausgeführt.</translation>
    </message>
    <message>
        <source>Whether “%1” is good enough was not measured.</source>
        <translation>Ob „%1“ gut genug ist, wurde nicht gemessen.</translation>
    </message>
    <message>
        <source>“%1” is good enough.</source>
        <translation>„%1“ ist gut genug.</translation>
    </message>
    <message>
        <source>“%1” is not good enough.</source>
        <translation>„%1“ ist nicht gut genug.</translation>
    </message>
    <message>
        <source>Whether “%1” is good enough is open.</source>
        <translation>Ob „%1“ gut genug ist, ist offen.</translation>
    </message>
    <message>
        <source>No machine is chosen yet.</source>
        <translation>Noch ist keine Maschine gewählt.</translation>
    </message>
    <message>
        <source>%1 × %2 tokens</source>
        <translation>%1 × %2 Token</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>%1 fit on %2, %3 left.</source>
        <translation>%1 passen auf %2, %3 bleiben frei.</translation>
    </message>
    <message>
        <source>%1 fit tightly on %2, %3 left.</source>
        <translation>%1 passen knapp auf %2, %3 bleiben frei.</translation>
    </message>
    <message>
        <source>%1 do not fit on %2: %3 are missing, %4 sequences fit.</source>
        <translation>%1 passen nicht auf %2: Es fehlen %3, %4 Sequenzen passen.</translation>
    </message>
    <message>
        <source>%1 do not fit on %2: %3 are missing.</source>
        <translation>%1 passen nicht auf %2: Es fehlen %3.</translation>
    </message>
    <message>
        <source>Whether it pays is not known.</source>
        <translation>Ob es sich lohnt, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>It pays: %1 in the first year.</source>
        <translation>Es lohnt sich: %1 im ersten Jahr.</translation>
    </message>
    <message>
        <source>It does not pay: %1 in the first year.</source>
        <translation>Es lohnt sich nicht: %1 im ersten Jahr.</translation>
    </message>
    <message>
        <source>Whether it pays is not settled (%1 in the first year): it depends on %2.</source>
        <translation>Ob es sich lohnt, steht nicht fest (%1 im ersten Jahr): Es hängt ab von: %2.</translation>
    </message>
    <message>
        <source>Choose a machine.</source>
        <translation>Wählen Sie eine Maschine.</translation>
    </message>
    <message>
        <source>Take fewer bits, a smaller cache, fewer sequences or more cards: the part “Fit” says which of them suffices.</source>
        <translation>Nehmen Sie weniger Bits, einen kleineren Cache, weniger Sequenzen oder mehr Karten: Der Teil „Platz“ sagt, was davon genügt.</translation>
    </message>
    <message>
        <source>Carry the plan out.</source>
        <translation>Führen Sie den Plan aus.</translation>
    </message>
    <message>
        <source>Measure the run on what is required.</source>
        <translation>Messen Sie den Lauf an dem, was verlangt ist.</translation>
    </message>
    <message>
        <source>Some %1 items would decide, if what was seen goes on.</source>
        <translation>Etwa %1 Aufgaben würden entscheiden, wenn es so weitergeht wie bisher.</translation>
    </message>
    <message>
        <source>Measure more items.</source>
        <translation>Messen Sie mehr Aufgaben.</translation>
    </message>
    <message>
        <source>Give the price of a machine and the requests a month.</source>
        <translation>Geben Sie den Preis einer Maschine und die Anfragen im Monat an.</translation>
    </message>
    <message>
        <source>Take another plan: “%1” is the smallest that passes.</source>
        <translation>Nehmen Sie einen anderen Plan: „%1“ ist der kleinste, der besteht.</translation>
    </message>
    <message>
        <source>Take another plan: more bits where the damage is.</source>
        <translation>Nehmen Sie einen anderen Plan: mehr Bits dort, wo der Schaden ist.</translation>
    </message>
    <message>
        <source>Nothing is missing: make the report.</source>
        <translation>Es fehlt nichts: Erstellen Sie den Bericht.</translation>
    </message>
    <message>
        <source>fits, %1 left</source>
        <translation>passt, %1 bleiben frei</translation>
    </message>
    <message>
        <source>fits tightly, %1 left</source>
        <translation>passt knapp, %1 bleiben frei</translation>
    </message>
    <message>
        <source>%1 sequences fit, %2 are missing</source>
        <translation>%1 Sequenzen passen, es fehlen %2</translation>
    </message>
    <message>
        <source>does not fit, %1 are missing</source>
        <translation>passt nicht, es fehlen %1</translation>
    </message>
    <message>
        <source>Change what is set: %1</source>
        <translation>Ändern Sie die Einstellungen: %1</translation>
    </message>
    <message>
        <source>Look up what decides: it need not be sure, but sure enough.</source>
        <translation>Klären Sie, was entscheidet: nicht ganz, aber genau genug.</translation>
    </message>
</context>
<context>
    <name>Why</name>
    <message>
        <source>%1 …</source>
        <translation>%1 …</translation>
    </message>
    <message>
        <source>%1 times</source>
        <translation>%1-Fache</translation>
    </message>
    <message>
        <source>%1 to %2 times</source>
        <translation>%1- bis %2-Fache</translation>
    </message>
    <message numerus="yes">
        <source>%n input channel(s) (%1) reach %2 the median and carry %3 % of the Hessian: errors in their columns cost most. In 8-bit inputs with one scale a token a median channel keeps %4 of 255 levels beside the highest.</source>
        <translation>
            <numerusform>%n Eingangskanal (%1) erreicht das %2 des Medians und trägt %3 % der Hessian: Fehler in seiner Spalte kosten am meisten. In 8-Bit-Eingaben mit einer Skala je Token behält ein mittlerer Kanal neben dem höchsten %4 von 255 Stufen.</numerusform>
            <numerusform>%n Eingangskanäle (%1) erreichen das %2 des Medians und tragen %3 % der Hessian: Fehler in ihren Spalten kosten am meisten. In 8-Bit-Eingaben mit einer Skala je Token behält ein mittlerer Kanal neben dem höchsten %4 von 255 Stufen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The weights have heavy tails: kurtosis %1 (a Gaussian has 3), the largest is %2 standard deviations. One such weight widens the grid of its whole group; smaller groups help.</source>
        <translation>Die Gewichte haben schwere Ränder: Kurtosis %1 (eine Gauß-Verteilung hat 3), das größte beträgt %2 Standardabweichungen. Ein solches Gewicht weitet das Raster seiner ganzen Gruppe; kleinere Gruppen helfen.</translation>
    </message>
    <message numerus="yes">
        <source>%n direction(s) of the inputs carry %1 % of the Hessian, but no single channels do: methods that look at the Hessian (hcd, gptq) gain most here.</source>
        <translation>
            <numerusform>%n Richtung der Eingaben trägt %1 % der Hessian, aber keine einzelnen Kanäle tun es: Methoden, die auf die Hessian schauen (hcd, gptq), gewinnen hier am meisten.</numerusform>
            <numerusform>%n Richtungen der Eingaben tragen %1 % der Hessian, aber keine einzelnen Kanäle tun es: Methoden, die auf die Hessian schauen (hcd, gptq), gewinnen hier am meisten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Calibration saw %1 tokens, fewer than the %2 input channels: the Hessian says nothing about some directions. Profile with more windows.</source>
        <translation>Die Kalibrierung sah %1 Token, weniger als die %2 Eingangskanäle: Über manche Richtungen sagt die Hessian nichts. Mit mehr Fenstern profilieren.</translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 input channels (%2) were 0 in all %3 tokens: whatever their weights become, the output stays the same.</source>
        <translation>
            <numerusform>%n von %1 Eingangskanälen (%2) war in allen %3 Token 0: Was auch immer aus seinen Gewichten wird, die Ausgabe bleibt gleich.</numerusform>
            <numerusform>%n von %1 Eingangskanälen (%2) waren in allen %3 Token 0: Was auch immer aus ihren Gewichten wird, die Ausgabe bleibt gleich.</numerusform>
        </translation>
    </message>
    <message>
        <source>An error here costs %1 times what it costs in the median layer.</source>
        <translation>Ein Fehler kostet hier %1-mal so viel wie im mittleren Layer.</translation>
    </message>
    <message>
        <source>Nothing stands out: the largest channel is %1 times the median, the weights&apos; kurtosis is %2.</source>
        <translation>Nichts fällt auf: Der größte Kanal ist das %1-Fache des Medians, die Kurtosis der Gewichte ist %2.</translation>
    </message>
    <message>
        <source>Nothing stands out in the weights: their kurtosis is %1. What their inputs do is known after a profile.</source>
        <translation>An den Gewichten fällt nichts auf: Ihre Kurtosis ist %1. Was ihre Eingaben tun, zeigt ein Profil.</translation>
    </message>
    <message>
        <source>SmoothQuant %1 brings the largest channel from %2 to %3 times the median.</source>
        <translation>SmoothQuant %1 bringt den größten Kanal vom %2-Fachen auf das %3-Fache des Medians.</translation>
    </message>
    <message>
        <source>Try SmoothQuant %1</source>
        <translation>SmoothQuant %1 versuchen</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 verwenden</translation>
    </message>
    <message>
        <source>%1 is predicted to cost %2 instead of %3.</source>
        <translation>%1 kostet laut Vorhersage %2 statt %3.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ActionStates</name>
    <message>
        <source>Open a model first</source>
        <translation>Zuerst ein Modell öffnen</translation>
    </message>
    <message>
        <source>The workspace is open for reading only</source>
        <translation>Der Arbeitsbereich ist nur zum Lesen geöffnet</translation>
    </message>
    <message>
        <source>No family fits this model, so it cannot be run</source>
        <translation>Keine Familie passt zu diesem Modell, daher kann es nicht laufen</translation>
    </message>
    <message>
        <source>A job is running</source>
        <translation>Ein Job läuft</translation>
    </message>
    <message>
        <source>Profile the model first</source>
        <translation>Zuerst das Modell profilieren</translation>
    </message>
    <message>
        <source>Select layers in the map or the tree first</source>
        <translation>Zuerst Layer in der Karte oder im Baum auswählen</translation>
    </message>
    <message>
        <source>Select a run first</source>
        <translation>Zuerst einen Lauf auswählen</translation>
    </message>
    <message>
        <source>The selected run is not finished</source>
        <translation>Der ausgewählte Lauf ist nicht fertig</translation>
    </message>
    <message>
        <source>There is no format for this key</source>
        <translation>Zu dieser Taste gibt es kein Format</translation>
    </message>
    <message>
        <source>A plan with transforms cannot be refined: its layers were profiled without them</source>
        <translation>Ein Plan mit Transformationen lässt sich nicht verfeinern: Seine Layer wurden ohne sie profiliert</translation>
    </message>
    <message>
        <source>The open model is not quantized: quantize it, and export the run</source>
        <translation>Das geöffnete Modell ist nicht quantisiert: quantisieren und den Lauf exportieren</translation>
    </message>
    <message>
        <source>The open model is itself quantized: open the one it was made from</source>
        <translation>Das geöffnete Modell ist selbst quantisiert: das öffnen, aus dem es entstand</translation>
    </message>
    <message>
        <source>There is no second run to compare with</source>
        <translation>Es gibt keinen zweiten Lauf zum Vergleichen</translation>
    </message>
    <message>
        <source>%1 runs are compared already: take another one out first</source>
        <translation>%1 Läufe werden schon verglichen: zuerst einen herausnehmen</translation>
    </message>
    <message>
        <source>Take two runs into the comparison first</source>
        <translation>Zuerst zwei Läufe in den Vergleich nehmen</translation>
    </message>
    <message>
        <source>No job is running</source>
        <translation>Kein Job läuft</translation>
    </message>
    <message>
        <source>The job is stopping</source>
        <translation>Der Job wird angehalten</translation>
    </message>
    <message>
        <source>Select a job first</source>
        <translation>Zuerst einen Job auswählen</translation>
    </message>
    <message>
        <source>This job cannot go on</source>
        <translation>Dieser Job lässt sich nicht fortsetzen</translation>
    </message>
    <message>
        <source>The selected job is done</source>
        <translation>Der ausgewählte Job ist fertig</translation>
    </message>
    <message>
        <source>The selected job is not in the queue</source>
        <translation>Der ausgewählte Job ist nicht in der Warteschlange</translation>
    </message>
    <message>
        <source>The open model writes no text: score it on labelled texts</source>
        <translation>Das geöffnete Modell schreibt keinen Text: Bewerten Sie es an beschrifteten Texten</translation>
    </message>
    <message>
        <source>The open model writes text: ask it questions</source>
        <translation>Das geöffnete Modell schreibt Text: Stellen Sie ihm Fragen</translation>
    </message>
    <message>
        <source>This model reads texts, not pictures</source>
        <translation>Dieses Modell liest Texte, keine Bilder</translation>
    </message>
</context>
<context>
    <name>kerf::ui::Actions</name>
    <message>
        <source>Open &amp;Sample Model</source>
        <translation>&amp;Beispielmodell öffnen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+O</source>
        <translation>Ctrl+Shift+O</translation>
    </message>
    <message>
        <source>Open the small Llama that comes with Kerf</source>
        <translation>Das kleine Llama öffnen, das Kerf beiliegt</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Open the folder of a Hugging Face checkpoint</source>
        <translation>Den Ordner eines Hugging-Face-Checkpoints öffnen</translation>
    </message>
    <message>
        <source>Use Another &amp;Workspace…</source>
        <translation>Anderen &amp;Arbeitsbereich verwenden…</translation>
    </message>
    <message>
        <source>Choose the file that keeps profiles, plans and runs</source>
        <translation>Die Datei wählen, die Profile, Pläne und Läufe aufbewahrt</translation>
    </message>
    <message>
        <source>&amp;New Window</source>
        <translation>&amp;Neues Fenster</translation>
    </message>
    <message>
        <source>&amp;Load Plan…</source>
        <translation>Plan &amp;laden…</translation>
    </message>
    <message>
        <source>Load a plan, another tool&apos;s recipe, or what a quantized checkpoint has (its config.json, or a GGUF file)</source>
        <translation>Einen Plan laden, das Rezept eines anderen Werkzeugs oder was ein quantisierter Checkpoint hat (seine config.json oder eine GGUF-Datei)</translation>
    </message>
    <message>
        <source>Save Plan &amp;As…</source>
        <translation>Plan speichern &amp;unter…</translation>
    </message>
    <message>
        <source>Save the plan as a JSON file</source>
        <translation>Den Plan als JSON-Datei speichern</translation>
    </message>
    <message>
        <source>&amp;Close Model</source>
        <translation>Modell s&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>B&amp;eenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+Z</source>
        <translation>Ctrl+Shift+Z</translation>
    </message>
    <message>
        <source>Ctrl+Y</source>
        <translation>Ctrl+Y</translation>
    </message>
    <message>
        <source>There is nothing to take back</source>
        <translation>Es gibt nichts zurückzunehmen</translation>
    </message>
    <message>
        <source>Nothing was taken back</source>
        <translation>Nichts wurde zurückgenommen</translation>
    </message>
    <message>
        <source>Undo &amp;History…</source>
        <translation>&amp;Verlauf der Änderungen…</translation>
    </message>
    <message>
        <source>Every change since the model was opened: click one to go back to it</source>
        <translation>Jede Änderung seit dem Öffnen des Modells: Ein Klick führt zu ihr zurück</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>Ctrl+,</source>
        <translation>Ctrl+,</translation>
    </message>
    <message>
        <source>Threads, look, numbers, and where workspaces are kept</source>
        <translation>Threads, Sprache, Aussehen, Zahlen und wo Arbeitsbereiche liegen</translation>
    </message>
    <message>
        <source>C&amp;ommands…</source>
        <translation>&amp;Befehle…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+P</source>
        <translation>Ctrl+Shift+P</translation>
    </message>
    <message>
        <source>Do anything by typing a few letters of its name: commands, plans, runs, layers</source>
        <translation>Alles tun, indem man ein paar Buchstaben seines Namens tippt: Befehle, Pläne, Läufe, Layer</translation>
    </message>
    <message>
        <source>&amp;Find…</source>
        <translation>&amp;Suchen…</translation>
    </message>
    <message>
        <source>Go to the filter of the panel in use</source>
        <translation>Zum Filter des benutzten Panels gehen</translation>
    </message>
    <message>
        <source>Select &amp;All Layers</source>
        <translation>&amp;Alle Layer auswählen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+A</source>
        <translation>Ctrl+Shift+A</translation>
    </message>
    <message>
        <source>Select Fi&amp;ltered Layers</source>
        <translation>&amp;Gefilterte Layer auswählen</translation>
    </message>
    <message>
        <source>Ctrl+L</source>
        <translation>Ctrl+L</translation>
    </message>
    <message>
        <source>Select the layers that pass the filter</source>
        <translation>Die Layer auswählen, die der Filter durchlässt</translation>
    </message>
    <message>
        <source>&amp;Clear Selection</source>
        <translation>Auswahl auf&amp;heben</translation>
    </message>
    <message>
        <source>&amp;Profile…</source>
        <translation>&amp;Profilieren…</translation>
    </message>
    <message>
        <source>Ctrl+P</source>
        <translation>Ctrl+P</translation>
    </message>
    <message>
        <source>Measure how sensitive each layer is to each format</source>
        <translation>Messen, wie empfindlich jeder Layer auf jedes Format reagiert</translation>
    </message>
    <message>
        <source>&amp;Measure Divergence of Selected Cells</source>
        <translation>&amp;Divergenz ausgewählter Zellen messen</translation>
    </message>
    <message>
        <source>Ctrl+M</source>
        <translation>Ctrl+M</translation>
    </message>
    <message>
        <source>Run the model with only one selected layer quantized, in the format it has, and add it to the profile</source>
        <translation>Das Modell mit nur einem quantisierten ausgewählten Layer rechnen, in dem Format, das er hat, und es ins Profil aufnehmen</translation>
    </message>
    <message>
        <source>&amp;Check Prediction…</source>
        <translation>&amp;Vorhersage prüfen…</translation>
    </message>
    <message>
        <source>Carry a few random plans out and set the predicted divergence beside the measured one</source>
        <translation>Einige zufällige Pläne ausführen und die vorhergesagte Divergenz neben die gemessene stellen</translation>
    </message>
    <message>
        <source>&amp;Texts and Settings…</source>
        <translation>&amp;Texte und Einstellungen…</translation>
    </message>
    <message>
        <source>Choose calibration and evaluation texts</source>
        <translation>Kalibrierungs- und Auswertungstexte wählen</translation>
    </message>
    <message>
        <source>&amp;Run Plan ▸</source>
        <translation>Plan &amp;ausführen ▸</translation>
    </message>
    <message>
        <source>Ctrl+R</source>
        <translation>Ctrl+R</translation>
    </message>
    <message>
        <source>Quantize by the plan, evaluate it and measure its speed</source>
        <translation>Nach dem Plan quantisieren, auswerten und die Geschwindigkeit messen</translation>
    </message>
    <message>
        <source>&amp;Check Before Running…</source>
        <translation>Vor dem Ausführen &amp;prüfen…</translation>
    </message>
    <message>
        <source>Ctrl+Alt+R</source>
        <translation>Ctrl+Alt+R</translation>
    </message>
    <message>
        <source>Look at time, memory, disk, texts and targets before the plan is run</source>
        <translation>Zeit, Speicher, Festplatte, Texte und Ziele ansehen, bevor der Plan ausgeführt wird</translation>
    </message>
    <message>
        <source>Method &amp;Sweep…</source>
        <translation>Methoden-&amp;Sweep…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+R</source>
        <translation>Ctrl+Shift+R</translation>
    </message>
    <message>
        <source>Carry many plans out, one after the other: formats, methods and presets side by side on the chart</source>
        <translation>Viele Pläne nacheinander ausführen: Formate, Methoden und Vorlagen nebeneinander im Diagramm</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <source>Ctrl+.</source>
        <translation>Ctrl+.</translation>
    </message>
    <message>
        <source>Stop the job; finished layers are kept</source>
        <translation>Den Job anhalten; fertige Layer bleiben erhalten</translation>
    </message>
    <message>
        <source>&amp;Pause or Resume</source>
        <translation>&amp;Pausieren oder fortsetzen</translation>
    </message>
    <message>
        <source>Stop the selected job and keep its place in the queue, or let it go on; finished layers are kept</source>
        <translation>Den ausgewählten Job anhalten und seinen Platz behalten oder ihn weiterlaufen lassen; fertige Layer bleiben erhalten</translation>
    </message>
    <message>
        <source>Move Job &amp;Up</source>
        <translation>Job nach &amp;oben</translation>
    </message>
    <message>
        <source>Let the selected job begin earlier</source>
        <translation>Den ausgewählten Job früher beginnen lassen</translation>
    </message>
    <message>
        <source>Move Job &amp;Down</source>
        <translation>Job nach &amp;unten</translation>
    </message>
    <message>
        <source>Let the selected job begin later</source>
        <translation>Den ausgewählten Job später beginnen lassen</translation>
    </message>
    <message>
        <source>Remo&amp;ve Job</source>
        <translation>Job &amp;entfernen</translation>
    </message>
    <message>
        <source>Take the selected job out of the queue</source>
        <translation>Den ausgewählten Job aus der Warteschlange nehmen</translation>
    </message>
    <message>
        <source>&amp;Keep 16 Bit</source>
        <translation>16 Bit be&amp;halten</translation>
    </message>
    <message>
        <source>Keep the selected layers as they are stored</source>
        <translation>Die ausgewählten Layer lassen, wie sie gespeichert sind</translation>
    </message>
    <message>
        <source>&amp;Tie Fused Layers</source>
        <translation>Fusionierte Layer &amp;koppeln</translation>
    </message>
    <message>
        <source>Ctrl+T</source>
        <translation>Ctrl+T</translation>
    </message>
    <message>
        <source>Give q, k, v and gate, up one format each, the widest of theirs</source>
        <translation>q, k, v und gate, up je ein gemeinsames Format geben, das breiteste der ihren</translation>
    </message>
    <message>
        <source>&amp;Lock or Unlock</source>
        <translation>&amp;Sperren oder freigeben</translation>
    </message>
    <message>
        <source>Let no solver change format and method of the selected layers, or let it again</source>
        <translation>Keinen Solver Format und Methode der ausgewählten Layer ändern lassen oder es wieder erlauben</translation>
    </message>
    <message>
        <source>&amp;What Changed…</source>
        <translation>Was sich &amp;geändert hat…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+W</source>
        <translation>Ctrl+Shift+W</translation>
    </message>
    <message>
        <source>What the solver or your edits changed, and what each change bought</source>
        <translation>Was der Solver oder Ihre Änderungen bewirkt haben und was jede Änderung brachte</translation>
    </message>
    <message>
        <source>Keep Se&amp;nsitive Layers…</source>
        <translation>&amp;Empfindliche Layer behalten…</translation>
    </message>
    <message>
        <source>Set Format by Patt&amp;ern…</source>
        <translation>Format nach &amp;Muster setzen…</translation>
    </message>
    <message>
        <source>Ctrl+E</source>
        <translation>Ctrl+E</translation>
    </message>
    <message>
        <source>Give all layers that match a regular expression one format</source>
        <translation>Allen Layern, auf die ein regulärer Ausdruck passt, ein Format geben</translation>
    </message>
    <message>
        <source>&amp;Presets…</source>
        <translation>&amp;Vorlagen…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+E</source>
        <translation>Ctrl+Shift+E</translation>
    </message>
    <message>
        <source>Settings by the names of tools</source>
        <translation>Einstellungen unter den Namen von Werkzeugen</translation>
    </message>
    <message>
        <source>&amp;Solve for a Budget…</source>
        <translation>Für ein &amp;Budget lösen…</translation>
    </message>
    <message>
        <source>Ctrl+B</source>
        <translation>Ctrl+B</translation>
    </message>
    <message>
        <source>&amp;Refine by Measurement…</source>
        <translation>Durch Messen ve&amp;rfeinern…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+M</source>
        <translation>Ctrl+Shift+M</translation>
    </message>
    <message>
        <source>Make the plan better by carrying changes of it out and measuring them</source>
        <translation>Den Plan verbessern, indem Änderungen daran ausgeführt und gemessen werden</translation>
    </message>
    <message>
        <source>Se&amp;quential Mode</source>
        <translation>Se&amp;quenzieller Modus</translation>
    </message>
    <message>
        <source>Fit each block to the outputs of the quantized blocks before it</source>
        <translation>Jeden Block an die Ausgaben der quantisierten Blöcke vor ihm anpassen</translation>
    </message>
    <message>
        <source>Set Format %1</source>
        <translation>Format %1 setzen</translation>
    </message>
    <message>
        <source>Ne&amp;xt Formats</source>
        <translation>Näc&amp;hste Formate</translation>
    </message>
    <message>
        <source>Let the keys 1 to 9 mean the next nine formats</source>
        <translation>Die Tasten 1 bis 9 für die nächsten neun Formate gelten lassen</translation>
    </message>
    <message>
        <source>Re&amp;name Run</source>
        <translation>Lauf &amp;umbenennen</translation>
    </message>
    <message>
        <source>&amp;Delete Run</source>
        <translation>Lauf &amp;löschen</translation>
    </message>
    <message>
        <source>Move the selected run to the trash; Undo brings it back</source>
        <translation>Den ausgewählten Lauf in den Papierkorb legen; Rückgängig holt ihn zurück</translation>
    </message>
    <message>
        <source>&amp;Use Plan of Run</source>
        <translation>Plan des Laufs &amp;verwenden</translation>
    </message>
    <message>
        <source>Make the plan of the selected run the plan in hand</source>
        <translation>Den Plan des ausgewählten Laufs zum aktuellen Plan machen</translation>
    </message>
    <message>
        <source>&amp;Evaluate Run</source>
        <translation>Lauf auswer&amp;ten</translation>
    </message>
    <message>
        <source>Measure perplexity and divergence of the selected run</source>
        <translation>Perplexität und Divergenz des ausgewählten Laufs messen</translation>
    </message>
    <message>
        <source>&amp;Measure Speed of Run</source>
        <translation>&amp;Geschwindigkeit des Laufs messen</translation>
    </message>
    <message>
        <source>Measure how fast the selected run is on this machine</source>
        <translation>Messen, wie schnell der ausgewählte Lauf auf dieser Maschine ist</translation>
    </message>
    <message>
        <source>&amp;Add Checkpoint as Run…</source>
        <translation>Ch&amp;eckpoint als Lauf hinzufügen…</translation>
    </message>
    <message>
        <source>Set a checkpoint of this model that somebody quantized beside your runs: a folder&apos;s config.json, or a GGUF file</source>
        <translation>Einen Checkpoint dieses Modells, den jemand quantisiert hat, neben die eigenen Läufe stellen: die config.json eines Ordners oder eine GGUF-Datei</translation>
    </message>
    <message>
        <source>&amp;Compare Runs</source>
        <translation>Läufe &amp;vergleichen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+C</source>
        <translation>Ctrl+Shift+C</translation>
    </message>
    <message>
        <source>Set the runs that were taken into the comparison side by side, or the selected one beside the newest other</source>
        <translation>Die in den Vergleich genommenen Läufe nebeneinander stellen, oder den ausgewählten neben den neuesten anderen</translation>
    </message>
    <message>
        <source>&amp;Take into Comparison</source>
        <translation>&amp;In den Vergleich nehmen</translation>
    </message>
    <message>
        <source>Take the selected run into the comparison, or out</source>
        <translation>Den ausgewählten Lauf in den Vergleich nehmen oder herausnehmen</translation>
    </message>
    <message>
        <source>Make &amp;Reference of Comparison</source>
        <translation>Zur &amp;Referenz des Vergleichs machen</translation>
    </message>
    <message>
        <source>Compare the other runs with the selected one</source>
        <translation>Die anderen Läufe mit dem ausgewählten vergleichen</translation>
    </message>
    <message>
        <source>Evaluate All on the Same &amp;Windows</source>
        <translation>Alle auf denselben &amp;Fenstern auswerten</translation>
    </message>
    <message>
        <source>Measure all runs of the comparison on the evaluation text that is set now</source>
        <translation>Alle Läufe des Vergleichs auf dem jetzt eingestellten Auswertungstext messen</translation>
    </message>
    <message>
        <source>N&amp;ote and Tags…</source>
        <translation>&amp;Notiz und Schlagwörter…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+N</source>
        <translation>Ctrl+Shift+N</translation>
    </message>
    <message>
        <source>Write down what the selected run is for</source>
        <translation>Notieren, wozu der ausgewählte Lauf dient</translation>
    </message>
    <message>
        <source>Tras&amp;h…</source>
        <translation>Papierk&amp;orb…</translation>
    </message>
    <message>
        <source>Deleted runs: take them back, or remove them for good</source>
        <translation>Gelöschte Läufe: zurückholen oder endgültig entfernen</translation>
    </message>
    <message>
        <source>&amp;Report…</source>
        <translation>Be&amp;richt…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+D</source>
        <translation>Ctrl+Shift+D</translation>
    </message>
    <message>
        <source>One page on the runs of the comparison, or on the selected one: metrics, charts, plan, provenance</source>
        <translation>Eine Seite über die Läufe des Vergleichs oder über den ausgewählten: Metriken, Diagramme, Plan, Herkunft</translation>
    </message>
    <message>
        <source>&amp;Importance Matrix…</source>
        <translation>&amp;Importance-Matrix…</translation>
    </message>
    <message>
        <source>Write what llama-quantize --imatrix reads, from the statistics of the calibration text</source>
        <translation>Schreiben, was llama-quantize --imatrix liest, aus der Statistik des Kalibrierungstextes</translation>
    </message>
    <message>
        <source>Re&amp;fresh Runs</source>
        <translation>Läufe a&amp;ktualisieren</translation>
    </message>
    <message>
        <source>&amp;Inspector</source>
        <translation>&amp;Inspektor</translation>
    </message>
    <message>
        <source>Ctrl+I</source>
        <translation>Ctrl+I</translation>
    </message>
    <message>
        <source>Why the selected layer is sensitive, and what helps</source>
        <translation>Warum der ausgewählte Layer empfindlich ist und was hilft</translation>
    </message>
    <message>
        <source>&amp;Restore Default Layout</source>
        <translation>Standardanordnung &amp;wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>&amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Manual</source>
        <translation>&amp;Handbuch</translation>
    </message>
    <message>
        <source>The page of the panel under the mouse</source>
        <translation>Die Seite des Panels unter der Maus</translation>
    </message>
    <message>
        <source>&amp;Tour</source>
        <translation>&amp;Rundgang</translation>
    </message>
    <message>
        <source>The main job in five steps, each shown where it is done</source>
        <translation>Die Hauptaufgabe in fünf Schritten, jeder dort gezeigt, wo er geschieht</translation>
    </message>
    <message>
        <source>&amp;Number Formats</source>
        <translation>&amp;Zahlenformate</translation>
    </message>
    <message>
        <source>Ctrl+Shift+B</source>
        <translation>Ctrl+Shift+B</translation>
    </message>
    <message>
        <source>Bits, range and precision of every format, and what each makes of a number</source>
        <translation>Bits, Bereich und Genauigkeit jedes Formats und was jedes aus einer Zahl macht</translation>
    </message>
    <message>
        <source>&amp;Keyboard Shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>Ctrl+/</source>
        <translation>Ctrl+/</translation>
    </message>
    <message>
        <source>&amp;About Kerf</source>
        <translation>Ü&amp;ber Kerf</translation>
    </message>
    <message>
        <source>Open &amp;Recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;One Format for All</source>
        <translation>Ein Format für &amp;alle</translation>
    </message>
    <message>
        <source>E&amp;xport ▾</source>
        <translation>E&amp;xport ▾</translation>
    </message>
    <message>
        <source>Write the selected run as a checkpoint that runtimes load</source>
        <translation>Den ausgewählten Lauf als Checkpoint schreiben, den Laufzeitumgebungen laden</translation>
    </message>
    <message>
        <source>This Chec&amp;kpoint as</source>
        <translation>Diesen Chec&amp;kpoint als</translation>
    </message>
    <message>
        <source>Write a checkpoint that is quantized already as another target</source>
        <translation>Einen schon quantisierten Checkpoint für ein anderes Ziel schreiben</translation>
    </message>
    <message>
        <source>Save Plan as Rec&amp;ipe</source>
        <translation>Plan als &amp;Rezept speichern</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>&amp;Panels</translation>
    </message>
    <message>
        <source>&amp;Colour of the Map</source>
        <translation>&amp;Farbe der Karte</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;Plan</source>
        <translation>&amp;Plan</translation>
    </message>
    <message>
        <source>&amp;Format of Selected Layers</source>
        <translation>&amp;Format der ausgewählten Layer</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>&amp;Queue of Jobs</source>
        <translation>&amp;Warteschlange der Jobs</translation>
    </message>
    <message>
        <source>Com&amp;parison</source>
        <translation>Verglei&amp;ch</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>Farb&amp;schema</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>E&amp;xport</source>
        <translation>E&amp;xport</translation>
    </message>
    <message>
        <source>%1 › %2</source>
        <translation>%1 › %2</translation>
    </message>
    <message>
        <source>Each &amp;Expert in a Row</source>
        <translation>Jeden &amp;Experten in einer Zeile</translation>
    </message>
    <message>
        <source>The map shows the experts of a role one by one; else a row stands for all of them</source>
        <translation>Die Karte zeigt die Experten einer Rolle einzeln; sonst steht eine Zeile für alle</translation>
    </message>
    <message>
        <source>Go to &amp;Next Part</source>
        <translation>Zum &amp;nächsten Teil</translation>
    </message>
    <message>
        <source>F6</source>
        <translation>F6</translation>
    </message>
    <message>
        <source>The keyboard goes round: plan, layers, the page in the middle, formats, runs, chart</source>
        <translation>Die Tastatur geht reihum: Plan, Layer, die Seite in der Mitte, Formate, Läufe, Diagramm</translation>
    </message>
    <message>
        <source>Go to Pre&amp;vious Part</source>
        <translation>Zum &amp;vorigen Teil</translation>
    </message>
    <message>
        <source>Shift+F6</source>
        <translation>Shift+F6</translation>
    </message>
    <message>
        <source>The other way round</source>
        <translation>Andersherum</translation>
    </message>
    <message>
        <source>As&amp;k Questions…</source>
        <translation>&amp;Fragen stellen…</translation>
    </message>
    <message>
        <source>Multiple choice or completions of a JSON Lines file, scored for the selected run as lm-evaluation-harness does</source>
        <translation>Auswahlfragen oder Fortsetzungen aus einer JSON-Lines-Datei, für den ausgewählten Lauf bewertet wie von lm-evaluation-harness</translation>
    </message>
    <message>
        <source>Score on &amp;Labelled Texts…</source>
        <translation>An &amp;beschrifteten Texten bewerten…</translation>
    </message>
    <message>
        <source>Accuracy, F1, F1 of entities or rank correlation of the selected run on a file of labelled texts: of models that classify or embed</source>
        <translation>Genauigkeit, F1, F1 der Entitäten oder Rangkorrelation des gewählten Laufs an einer Datei mit beschrifteten Texten: für Modelle, die einordnen oder einbetten</translation>
    </message>
    <message>
        <source>Through the &amp;Lens…</source>
        <translation>Durch die &amp;Linse…</translation>
    </message>
    <message>
        <source>Whether the calibration text does: does the order of layers settle, do ranges hold on another text</source>
        <translation>Ob der Kalibrierungstext genügt: Bleibt die Reihenfolge der Schichten stehen, gelten die Bereiche auch für einen anderen Text</translation>
    </message>
    <message>
        <source>Keep layers above a predicted divergence in 16 bit</source>
        <translation>Layer oberhalb einer vorhergesagten Divergenz in 16 Bit behalten</translation>
    </message>
    <message>
        <source>The plan of least predicted divergence for a size, a memory or a speed, or the smallest one within a divergence</source>
        <translation>Der Plan mit der kleinsten vorhergesagten Divergenz für eine Größe, einen Speicher oder eine Geschwindigkeit, oder der kleinste innerhalb einer Divergenz</translation>
    </message>
    <message>
        <source>Dec&amp;ide</source>
        <translation>Entsche&amp;iden</translation>
    </message>
    <message>
        <source>Ctrl+D</source>
        <translation>Ctrl+D</translation>
    </message>
    <message>
        <source>Which format for a machine, does it fit, is it good enough, does it pay</source>
        <translation>Welches Format für eine Maschine, passt es, ist es gut genug, lohnt es sich</translation>
    </message>
    <message>
        <source>&amp;Hide Panels</source>
        <translation>Panels a&amp;usblenden</translation>
    </message>
    <message>
        <source>Ctrl+Shift+H</source>
        <translation>Ctrl+Shift+H</translation>
    </message>
    <message>
        <source>The page in the middle takes the whole window, until the panels are wanted again</source>
        <translation>Die Seite in der Mitte nimmt das ganze Fenster, bis die Panels wieder gewünscht werden</translation>
    </message>
    <message>
        <source>What Was &amp;Lost…</source>
        <translation>&amp;Was verloren ging…</translation>
    </message>
    <message>
        <source>Perplexity and divergence of all measured runs by bits and by size, beside published ranges</source>
        <translation>Perplexität und Divergenz aller gemessenen Läufe nach Bits und Größe, neben veröffentlichten Bereichen</translation>
    </message>
    <message>
        <source>Chan&amp;ged Answers…</source>
        <translation>Geän&amp;derte Antworten…</translation>
    </message>
    <message>
        <source>The items that the original has right and the selected run wrong, and the other way round</source>
        <translation>Die Aufgaben, die das Original richtig und der gewählte Lauf falsch hat, und umgekehrt</translation>
    </message>
    <message>
        <source>Open a model of llama.cpp, or a network from an ONNX file</source>
        <translation>Ein Modell von llama.cpp oder ein Netz aus einer ONNX-Datei öffnen</translation>
    </message>
    <message>
        <source>Open &amp;GGUF or ONNX File…</source>
        <translation>&amp;GGUF- oder ONNX-Datei öffnen…</translation>
    </message>
    <message>
        <source>&amp;Graph of the Layer</source>
        <translation>&amp;Graph des Layers</translation>
    </message>
    <message>
        <source>Ctrl+G</source>
        <translation>Ctrl+G</translation>
    </message>
    <message>
        <source>What feeds the selected layer and what reads it, and where the plan rounds</source>
        <translation>Was den ausgewählten Layer speist, was ihn liest, und wo der Plan rundet</translation>
    </message>
    <message>
        <source>&amp;View Samples…</source>
        <translation>P&amp;roben ansehen…</translation>
    </message>
    <message>
        <source>Pictures with the boxes or classes that the original and the selected run find, side by side</source>
        <translation>Bilder mit den Rahmen oder Klassen, die das Original und der gewählte Lauf finden, nebeneinander</translation>
    </message>
</context>
<context>
    <name>kerf::ui::AdvicePanel</name>
    <message>
        <source>Advice</source>
        <translation>Rat</translation>
    </message>
    <message>
        <source>which format</source>
        <translation>welches Format</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Resident</source>
        <translation>Belegt</translation>
    </message>
    <message>
        <source>Left for cache</source>
        <translation>Frei für Cache</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>KLD, predicted</source>
        <translation>KLD, vorhergesagt</translation>
    </message>
    <message>
        <source>&amp;Make This Plan</source>
        <translation>Diesen &amp;Plan anlegen</translation>
    </message>
    <message>
        <source>Formats, ranked for this machine</source>
        <translation>Formate, für diese Maschine geordnet</translation>
    </message>
    <message>
        <source>Every layer in the format of the chosen row, the first unless you choose another</source>
        <translation>Jeder Layer im Format der gewählten Zeile; ohne Wahl der ersten</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>%1. %2.</source>
        <translation>%1. %2.</translation>
    </message>
    <message>
        <source>Whether it is good enough only a gate can say.</source>
        <translation>Ob es gut genug ist, kann nur eine Prüfung sagen.</translation>
    </message>
    <message>
        <source>Why the first.</source>
        <translation>Warum das erste.</translation>
    </message>
    <message>
        <source>Runner-up.</source>
        <translation>Das zweite.</translation>
    </message>
    <message>
        <source>What would change this.</source>
        <translation>Was das ändern würde.</translation>
    </message>
    <message>
        <source>Of the key/value cache the advice is %1.</source>
        <translation>Für den Key/Value-Cache ist der Rat %1.</translation>
    </message>
    <message>
        <source>Uncertain in the table: %1.</source>
        <translation>Unsicher in der Tabelle: %1.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
</context>
<context>
    <name>kerf::ui::AllowedFormats</name>
    <message>
        <source>Formats that layers may get</source>
        <translation>Formate, die Layer bekommen dürfen</translation>
    </message>
    <message>
        <source>Keep q, k, v and gate, up alike</source>
        <translation>q, k, v und gate, up gleich halten</translation>
    </message>
    <message>
        <source>One format for q, k, v and one for gate, up, as fusing runtimes need</source>
        <translation>Ein Format für q, k, v und eines für gate, up, wie fusionierende Laufzeitumgebungen es brauchen</translation>
    </message>
    <message>
        <source>The plan has layers in it</source>
        <translation>Der Plan enthält Layer in diesem Format</translation>
    </message>
</context>
<context>
    <name>kerf::ui::AlongChart</name>
    <message>
        <source>KLD of each token along the window</source>
        <translation>KLD jedes Tokens entlang des Fensters</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>KLD, nats</source>
        <translation>KLD, nats</translation>
    </message>
    <message>
        <source>token %1 “%2”: KLD %3 nats</source>
        <translation>Token %1 „%2“: KLD %3 nats</translation>
    </message>
</context>
<context>
    <name>kerf::ui::AssumptionField</name>
    <message>
        <source>One number, or three where it is not certain: lowest; likely; highest.</source>
        <translation>Eine Zahl, oder drei, wo sie nicht sicher ist: kleinste; wahrscheinliche; größte.</translation>
    </message>
    <message>
        <source>Give one number, or three that rise: lowest; likely; highest.</source>
        <translation>Geben Sie eine Zahl an, oder drei, die steigen: kleinste; wahrscheinliche; größte.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::AxesChart</name>
    <message>
        <source>Compared runs on the chosen metrics</source>
        <translation>Verglichene Läufe auf den gewählten Metriken</translation>
    </message>
    <message>
        <source>A&amp;cross</source>
        <translation>&amp;Waagerecht</translation>
    </message>
    <message>
        <source>&amp;Up</source>
        <translation>&amp;Senkrecht</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>All metrics</source>
        <translation>Alle Metriken</translation>
    </message>
    <message>
        <source>No metric is known of two of these runs. Evaluate them.</source>
        <translation>Keine Metrik ist von zweien dieser Läufe bekannt. Werten Sie sie aus.</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;%2: %3</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;%2: %3</translation>
    </message>
    <message>
        <source>better →</source>
        <translation>besser →</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;%2: %3&lt;br&gt;%4: %5</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;%2: %3&lt;br&gt;%4: %5</translation>
    </message>
</context>
<context>
    <name>kerf::ui::BitBoxes</name>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Bit %1, %2: click to flip it</source>
        <translation>Bit %1, %2: Klick kippt es</translation>
    </message>
    <message>
        <source>%1; bit %2 (%3) is %4</source>
        <translation>%1; Bit %2 (%3) ist %4</translation>
    </message>
</context>
<context>
    <name>kerf::ui::BoxesView</name>
    <message numerus="yes">
        <source>%n object(s) that both found</source>
        <translation>
            <numerusform>%n Objekt, das beide fanden</numerusform>
            <numerusform>%n Objekte, die beide fanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n that only this one found</source>
        <translation>
            <numerusform>%n, das nur dieses fand</numerusform>
            <numerusform>%n, die nur dieses fand</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n that it did not find</source>
        <translation>
            <numerusform>%n, das es nicht fand</numerusform>
            <numerusform>%n, die es nicht fand</numerusform>
        </translation>
    </message>
    <message>
        <source>This sample is no picture that could be shown.</source>
        <translation>Diese Probe ist kein Bild, das gezeigt werden könnte.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::BudgetChoice</name>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Mean over the quantizable layers, scales and zero points counted</source>
        <translation>Mittel über die quantisierbaren Layer, Skalen und Nullpunkte mitgezählt</translation>
    </message>
    <message>
        <source>Checkpoint size</source>
        <translation>Größe des Checkpoints</translation>
    </message>
    <message>
        <source>Bytes of the whole checkpoint</source>
        <translation>Bytes des ganzen Checkpoints</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>The checkpoint and the key/value cache together; the formats of the cache are chosen too</source>
        <translation>Der Checkpoint und der Key/Value-Cache zusammen; auch die Formate des Caches werden gewählt</translation>
    </message>
    <message>
        <source>Tokens per second</source>
        <translation>Token je Sekunde</translation>
    </message>
    <message>
        <source>Decoding of one sequence on this machine must be as fast as that</source>
        <translation>Die Dekodierung einer Sequenz auf dieser Maschine muss so schnell sein</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>This network has no key/value cache</source>
        <translation>Dieses Netz hat keinen Key/Value-Cache</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Time the Formats</source>
        <translation>Formate messen</translation>
    </message>
    <message>
        <source>The workspace is open for reading only</source>
        <translation>Der Arbeitsbereich ist nur zum Lesen geöffnet</translation>
    </message>
    <message>
        <source>Waits until no other job runs: alone, kernels are timed better</source>
        <translation>Wartet, bis kein anderer Job läuft: Allein lassen sich Kernel besser messen</translation>
    </message>
    <message>
        <source>Timing the formats…</source>
        <translation>Formate werden gemessen…</translation>
    </message>
    <message>
        <source>The layers&apos; products are timed once in every profiled format.</source>
        <translation>Die Produkte der Layer werden einmal in jedem profilierten Format zeitlich gemessen.</translation>
    </message>
    <message>
        <source>Every profiled format is timed on this machine.</source>
        <translation>Jedes profilierte Format ist auf dieser Maschine gemessen.</translation>
    </message>
    <message>
        <source>The solver leaves out what has no time here: %1.</source>
        <translation>Der Solver lässt aus, was hier keine Zeit hat: %1.</translation>
    </message>
    <message>
        <source>The formats are being timed.</source>
        <translation>Die Formate werden gerade gemessen.</translation>
    </message>
    <message>
        <source>Time the formats first: the solver plans by what they take here.</source>
        <translation>Zuerst die Formate messen: Der Solver plant danach, wie lange sie hier brauchen.</translation>
    </message>
    <message>
        <source>%1 %2 of memory</source>
        <translation>%1 %2 Speicher</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>%1 of Memory</source>
        <translation>%1 Speicher</translation>
    </message>
    <message>
        <source>%1 Tokens per Second</source>
        <translation>%1 Token je Sekunde</translation>
    </message>
    <message>
        <source>%1 Bits per Weight</source>
        <translation>%1 Bits je Gewicht</translation>
    </message>
    <message>
        <source>Key/value cache %1, together %2</source>
        <translation>Key/Value-Cache %1, zusammen %2</translation>
    </message>
    <message>
        <source>%1 tokens per second, by the times measured here</source>
        <translation>%1 Token je Sekunde nach den hier gemessenen Zeiten</translation>
    </message>
    <message>
        <source>Predicted %1</source>
        <translation>Vorhergesagte %1</translation>
    </message>
    <message>
        <source>The smallest plan whose predicted divergence is at most this: %1</source>
        <translation>Der kleinste Plan, dessen vorhergesagte Divergenz höchstens so groß ist: %1</translation>
    </message>
    <message>
        <source>within %1</source>
        <translation>innerhalb %1</translation>
    </message>
    <message>
        <source>a %1 of %2</source>
        <translation>eine %1 von %2</translation>
    </message>
</context>
<context>
    <name>kerf::ui::BudgetSlider</name>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Budget in bits per weight</source>
        <translation>Budget in Bits je Gewicht</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bits je Gewicht</translation>
    </message>
    <message>
        <source>needs a profile</source>
        <translation>braucht ein Profil</translation>
    </message>
    <message>
        <source>The solver finds the plan of least predicted divergence for this many bits per weight</source>
        <translation>Der Solver findet den Plan mit der kleinsten vorhergesagten Divergenz für so viele Bits je Gewicht</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ByteTableModel</name>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ByteView</name>
    <message>
        <source>embedding (also the head)</source>
        <translation>Embedding (auch Kopf)</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>Embedding</translation>
    </message>
    <message>
        <source>head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>norms</source>
        <translation>Normen</translation>
    </message>
    <message>
        <source>other tensors</source>
        <translation>andere Tensoren</translation>
    </message>
    <message>
        <source>unused tensors</source>
        <translation>unbenutzte Tensoren</translation>
    </message>
    <message>
        <source>file headers</source>
        <translation>Dateiköpfe</translation>
    </message>
    <message>
        <source>block %1</source>
        <translation>Block %1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::BytesPanel</name>
    <message>
        <source>Click a field: its layers are selected. Enter goes in, Backspace back. T: the same as a table.</source>
        <translation>Ein Klick auf ein Feld wählt dessen Layer aus. Eingabetaste geht hinein, Rücktaste zurück. T: dasselbe als Tabelle.</translation>
    </message>
    <message>
        <source>Where the Bytes Go</source>
        <translation>Wohin die Bytes gehen</translation>
    </message>
    <message>
        <source>Export Bytes</source>
        <translation>Bytes exportieren</translation>
    </message>
    <message>
        <source>By Role</source>
        <translation>Je Rolle</translation>
    </message>
    <message>
        <source>By Block</source>
        <translation>Je Block</translation>
    </message>
    <message>
        <source>By Format</source>
        <translation>Je Format</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Bytes after the plan</source>
        <translation>Bytes nach dem Plan</translation>
    </message>
    <message>
        <source>Bytes as they are stored</source>
        <translation>Bytes, wie sie gespeichert sind</translation>
    </message>
    <message>
        <source>Bytes before and after the plan</source>
        <translation>Bytes vor und nach dem Plan</translation>
    </message>
    <message>
        <source>Add to the Plan</source>
        <translation>In den Plan übernehmen</translation>
    </message>
    <message>
        <source>Memory When It Runs</source>
        <translation>Speicher zur Laufzeit</translation>
    </message>
    <message>
        <source>Format of the key/value cache</source>
        <translation>Format des Key/Value-Caches</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After, %1</source>
        <translation>Nachher, %1</translation>
    </message>
    <message>
        <source>%1 · %2 %</source>
        <translation>%1 · %2 %</translation>
    </message>
    <message>
        <source>%1: %2 before, %3 after, %4 % of what is left</source>
        <translation>%1: %2 vorher, %3 nachher, %4 % des Rests</translation>
    </message>
    <message>
        <source>%1. It stays as it is stored: no plan changes it.</source>
        <translation>%1. Bleibt, wie es gespeichert ist: Kein Plan ändert es.</translation>
    </message>
    <message>
        <source>Largest: %1, %2 % of what is left; it stays as it is stored.</source>
        <translation>Größter Teil: %1, %2 % des Rests; bleibt, wie er gespeichert ist.</translation>
    </message>
    <message>
        <source>No format below those of the plan would save anything.</source>
        <translation>Kein Format unterhalb derer des Plans würde etwas sparen.</translation>
    </message>
    <message>
        <source>the cache in %1</source>
        <translation>der Cache in %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 in %2 (%n layer(s))</source>
        <translation>
            <numerusform>%1 in %2 (%n Layer)</numerusform>
            <numerusform>%1 in %2 (%n Layer)</numerusform>
        </translation>
    </message>
    <message>
        <source>The largest lever: %1 would save %2.</source>
        <translation>Der größte Hebel: %1 würde %2 sparen.</translation>
    </message>
    <message>
        <source>%1 together · %2 bytes a token</source>
        <translation>%1 zusammen · %2 Bytes je Token</translation>
    </message>
    <message>
        <source>Where the bytes go</source>
        <translation>Wohin die Bytes gehen</translation>
    </message>
    <message>
        <source>The largest lever: %1 would save %2 and add %3 of predicted %4.</source>
        <translation>Der größte Hebel: %1 würde %2 sparen und %3 vorhergesagte %4 hinzufügen.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::BytesPicker</name>
    <message>
        <source>Values between layers too</source>
        <translation>Auch Werte zwischen den Schichten</translation>
    </message>
    <message>
        <source>Range of unsigned bytes</source>
        <translation>Bereich vorzeichenloser Bytes</translation>
    </message>
    <message>
        <source>Sums, means and joined tensors between layers of bytes are bytes too: a runtime then stays in integers</source>
        <translation>Auch Summen, Mittelwerte und zusammengefügte Tensoren zwischen Schichten mit Bytes werden Bytes: Eine Laufzeit bleibt dann bei ganzen Zahlen</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Range of Bytes: %1</source>
        <translation>Bereich der Bytes: %1</translation>
    </message>
    <message>
        <source>Round Values Between Layers</source>
        <translation>Werte zwischen Schichten runden</translation>
    </message>
    <message>
        <source>Keep Values Between Layers</source>
        <translation>Werte zwischen Schichten belassen</translation>
    </message>
    <message>
        <source>For networks from ONNX files, whose samples are no texts.</source>
        <translation>Für Netze aus ONNX-Dateien, deren Beispiele keine Texte sind.</translation>
    </message>
    <message>
        <source>No layer of this plan reads bytes: choose a format like int8-channel+u8-tensor.</source>
        <translation>Keine Schicht dieses Plans liest Bytes: Wählen Sie ein Format wie int8-channel+u8-tensor.</translation>
    </message>
    <message>
        <source>Between its layers this plan rounds nothing.</source>
        <translation>Zwischen seinen Schichten rundet dieser Plan nichts.</translation>
    </message>
    <message numerus="yes">
        <source>%n value(s) between layers are rounded.</source>
        <translation>
            <numerusform>%n Wert zwischen den Schichten wird gerundet.</numerusform>
            <numerusform>%n Werte zwischen den Schichten werden gerundet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kerf::ui::CacheLengths</name>
    <message>
        <source>Tokens in the cache</source>
        <translation>Token im Cache</translation>
    </message>
    <message>
        <source>Sequences side by side</source>
        <translation>Sequenzen nebeneinander</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>× batch</source>
        <translation>× Batch</translation>
    </message>
</context>
<context>
    <name>kerf::ui::CachePicker</name>
    <message>
        <source>Format of the key/value cache</source>
        <translation>Format des Key/Value-Caches</translation>
    </message>
    <message>
        <source>several</source>
        <translation>mehrere</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>The blocks have several formats: %1.</source>
        <translation>Die Blöcke haben mehrere Formate: %1.</translation>
    </message>
    <message>
        <source>%1 bytes a token, %2</source>
        <translation>%1 Bytes je Token, %2</translation>
    </message>
    <message>
        <source>%1 bytes a token, %2
in 16 bit %3</source>
        <translation>%1 Bytes je Token, %2
in 16 Bit %3</translation>
    </message>
    <message>
        <source>Predicted KLD %1</source>
        <translation>Vorhergesagte KLD %1</translation>
    </message>
    <message>
        <source>Not profiled: tick the format under Caches in Profile… to have its KLD predicted.</source>
        <translation>Nicht profiliert: Das Format unter „Caches“ in „Profilieren…“ ankreuzen, damit seine KLD vorhergesagt wird.</translation>
    </message>
    <message numerus="yes">
        <source>This model makes keys and values of %n number(s) a token, which is what servers keep</source>
        <translation>
            <numerusform>Dieses Modell macht Schlüssel und Werte aus %n Zahl je Token, und die behalten Server</numerusform>
            <numerusform>Dieses Modell macht Schlüssel und Werte aus %n Zahlen je Token, und die behalten Server</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kerf::ui::Centre</name>
    <message>
        <source>No profile yet. The cells show the bits of each layer&apos;s format; choose Profile (Ctrl+P) to see how sensitive the layers are and to let the budget slider plan for you.</source>
        <translation>Noch kein Profil. Die Zellen zeigen die Bits des Formats jedes Layers; „Profilieren“ (Strg+P) zeigt, wie empfindlich die Layer sind, und lässt den Budgetregler für Sie planen.</translation>
    </message>
    <message>
        <source>Sensitivity × Format</source>
        <translation>Empfindlichkeit × Format</translation>
    </message>
    <message>
        <source>Formats of One Layer</source>
        <translation>Layer-Formate</translation>
    </message>
    <message>
        <source>Predicted × Measured</source>
        <translation>Vorhersage × Messung</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Export Map</source>
        <translation>Karte exportieren</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>%1 wird geöffnet…</translation>
    </message>
    <message>
        <source>Exported: %1</source>
        <translation>Exportiert: %1</translation>
    </message>
    <message>
        <source>Pre-flight</source>
        <translation>Vorprüfung</translation>
    </message>
    <message>
        <source>Close page</source>
        <translation>Seite schließen</translation>
    </message>
    <message>
        <source>Number Formats</source>
        <translation>Zahlenformate</translation>
    </message>
    <message>
        <source>No block of this model has several layers of a role.</source>
        <translation>Kein Block dieses Modells hat mehrere Layer einer Rolle.</translation>
    </message>
    <message>
        <source>Views of the model</source>
        <translation>Ansichten des Modells</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>Graph</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ChainPanel</name>
    <message>
        <source>Numbers to convert</source>
        <translation>Umzuwandelnde Zahlen</translation>
    </message>
    <message>
        <source>Numbers, parted by spaces or semicolons: 1234.567 0.1 2^-6</source>
        <translation>Zahlen, getrennt durch Leerzeichen oder Semikolons: 1234.567 0.1 2^-6</translation>
    </message>
    <message>
        <source>+ Step</source>
        <translation>+ Schritt</translation>
    </message>
    <message>
        <source>&lt;b&gt;Conversion Chain&lt;/b&gt;</source>
        <translation>&lt;b&gt;Umwandlungskette&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Conversion chain</source>
        <translation>Umwandlungskette</translation>
    </message>
    <message>
        <source>Show with a Scale</source>
        <translation>Mit einer Skala zeigen</translation>
    </message>
    <message>
        <source>Not a number: %1</source>
        <translation>Keine Zahl: %1</translation>
    </message>
    <message>
        <source>Type a number</source>
        <translation>Zahl eingeben</translation>
    </message>
    <message>
        <source>What the engine computes in: every number becomes this first</source>
        <translation>Womit die Engine rechnet: Jede Zahl wird zuerst dies</translation>
    </message>
    <message>
        <source>Format of step %1</source>
        <translation>Format von Schritt %1</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Remove step</source>
        <translation>Schritt entfernen</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>%1 %2, %3</source>
        <translation>%1 %2, %3</translation>
    </message>
    <message>
        <source>scale %1</source>
        <translation>Skala %1</translation>
    </message>
    <message>
        <source>%1
from the number typed: %2</source>
        <translation>%1
gegenüber der eingegebenen Zahl: %2</translation>
    </message>
    <message>
        <source>%1 becomes %2</source>
        <translation>%1 wird zu %2</translation>
    </message>
    <message>
        <source>%1 is %2 times the largest value of %3. With a scale of %4: %5.</source>
        <translation>%1 ist das %2-Fache des größten Werts von %3. Mit einer Skala von %4: %5.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ChangeSumModel</name>
    <message>
        <source>More bits</source>
        <translation>Mehr Bits</translation>
    </message>
    <message>
        <source>Fewer bits</source>
        <translation>Weniger Bits</translation>
    </message>
    <message>
        <source>Other format of as many bits</source>
        <translation>Anderes Format gleich vieler Bits</translation>
    </message>
    <message>
        <source>Other method</source>
        <translation>Andere Methode</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>Zusammen</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>What the change bought</source>
        <translation>Was die Änderung brachte</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>By the profile, layer by layer; – where it does not know a format or method of them: %1</source>
        <translation>Nach dem Profil, Layer für Layer; – wo es ein Format oder eine Methode davon nicht kennt: %1</translation>
    </message>
    <message>
        <source>%1, predicted</source>
        <translation>%1, vorhergesagt</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ChangesDialog</name>
    <message>
        <source>What Changed</source>
        <translation>Was sich geändert hat</translation>
    </message>
    <message>
        <source>Plan to compare with</source>
        <translation>Plan, mit dem verglichen wird</translation>
    </message>
    <message>
        <source>Layers that changed</source>
        <translation>Geänderte Layer</translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>Verglichen mit</translation>
    </message>
    <message>
        <source>the plan before the last step</source>
        <translation>Plan vor dem letzten Schritt</translation>
    </message>
    <message>
        <source>the plan as opened or solved</source>
        <translation>Plan, wie geöffnet oder gelöst</translation>
    </message>
    <message>
        <source>No layer differs from %1.</source>
        <translation>Kein Layer ist anders. Verglichen mit: %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) differ from %1: %2</source>
        <translation>
            <numerusform>%n Layer ist anders (verglichen mit: %1): %2</numerusform>
            <numerusform>%n Layer sind anders (verglichen mit: %1): %2</numerusform>
        </translation>
    </message>
    <message>
        <source>%1. What that does to the divergence is not predicted.</source>
        <translation>%1. Was das mit der Divergenz macht, ist nicht vorhergesagt.</translation>
    </message>
    <message>
        <source>%1 and %2 of predicted %3.</source>
        <translation>%1 und %2 vorhergesagte %3.</translation>
    </message>
    <message>
        <source>%1 and %2 of predicted %3: %4 a megabyte.</source>
        <translation>%1 und %2 vorhergesagte %3: %4 je Megabyte.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ChangesModel</name>
    <message>
        <source>%1 by %2</source>
        <translation>%1 mit %2</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Predicted %1</source>
        <translation>Vorhergesagte %1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::Chart</name>
    <message>
        <source>Export Chart</source>
        <translation>Diagramm exportieren</translation>
    </message>
    <message>
        <source>%1 could not be written. Choose another folder.</source>
        <translation>%1 konnte nicht geschrieben werden. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>%1: charts are written as .png, .svg, .pdf or .csv.</source>
        <translation>%1: Diagramme werden als .png, .svg, .pdf oder .csv geschrieben.</translation>
    </message>
    <message>
        <source>&amp;Show as Table</source>
        <translation>Als Tabelle &amp;zeigen</translation>
    </message>
    <message>
        <source>&amp;Copy as Table</source>
        <translation>Als &amp;Tabelle kopieren</translation>
    </message>
    <message>
        <source>%1 as a table</source>
        <translation>%1 als Tabelle</translation>
    </message>
    <message>
        <source>There is nothing to export yet</source>
        <translation>Noch gibt es nichts zu exportieren</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ChecksLine</name>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ClassModel</name>
    <message numerus="yes">
        <source>%n token(s), %1 of all; mean KLD %2 nats; %3 of the sum of all tokens&apos; KLD; same top-1 %4</source>
        <translation>
            <numerusform>%n Token, %1 von allen; mittlere KLD %2 nats; %3 der Summe der KLD aller Token; gleiches Top-1 %4</numerusform>
            <numerusform>%n Token, %1 von allen; mittlere KLD %2 nats; %3 der Summe der KLD aller Token; gleiches Top-1 %4</numerusform>
        </translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Of token, by the first character; choose one to see only its tokens coloured</source>
        <translation>Des Tokens, nach dem ersten Zeichen; eine wählen, um nur deren Token gefärbt zu sehen</translation>
    </message>
    <message>
        <source>KLD</source>
        <translation>KLD</translation>
    </message>
    <message>
        <source>Mean over the tokens of this class, nats</source>
        <translation>Mittel über die Token dieser Klasse, nats</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Of all scored tokens</source>
        <translation>An allen bewerteten Token</translation>
    </message>
</context>
<context>
    <name>kerf::ui::CommandList</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: %2, not now: %3</source>
        <translation>%1: %2, jetzt nicht: %3</translation>
    </message>
</context>
<context>
    <name>kerf::ui::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Type a few letters of a command, a plan, a run or a layer</source>
        <translation>Ein paar Buchstaben eines Befehls, eines Plans, eines Laufs oder eines Layers eingeben</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>Commands that match</source>
        <translation>Passende Befehle</translation>
    </message>
    <message>
        <source>Nothing is called so.</source>
        <translation>Nichts heißt so.</translation>
    </message>
    <message>
        <source>Not now: %1</source>
        <translation>Jetzt nicht: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n more: type on</source>
        <translation>
            <numerusform>%n weiterer: weitertippen</numerusform>
            <numerusform>%n weitere: weitertippen</numerusform>
        </translation>
    </message>
    <message>
        <source>Enter does it · Esc leaves</source>
        <translation>Eingabetaste führt aus · Esc verlässt</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ComparePage</name>
    <message>
        <source>Metrics</source>
        <translation>Metriken</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Axes</source>
        <translation>Achsen</translation>
    </message>
    <message>
        <source>Error by Layer</source>
        <translation>Fehler je Layer</translation>
    </message>
    <message>
        <source>Differences &amp;from</source>
        <translation>Unterschiede &amp;zu</translation>
    </message>
    <message>
        <source>Plan and &amp;layers of</source>
        <translation>Plan und &amp;Layer von</translation>
    </message>
    <message>
        <source>Differences Only</source>
        <translation>Nur Unterschiede</translation>
    </message>
    <message>
        <source>Hide metrics that are the same in all runs (D)</source>
        <translation>Metriken ausblenden, die in allen Läufen gleich sind (D)</translation>
    </message>
    <message>
        <source>Metrics of the compared runs</source>
        <translation>Metriken der verglichenen Läufe</translation>
    </message>
    <message>
        <source>Bits of each layer in both plans</source>
        <translation>Bits jedes Layers in beiden Plänen</translation>
    </message>
    <message>
        <source>What the change bought</source>
        <translation>Was die Änderung brachte</translation>
    </message>
    <message>
        <source>Nothing is compared yet. Take two to eight runs with Space in the table of runs.</source>
        <translation>Noch wird nichts verglichen. Nehmen Sie in der Tabelle der Läufe mit der Leertaste zwei bis acht Läufe auf.</translation>
    </message>
    <message>
        <source>Take a second run with Space.</source>
        <translation>Nehmen Sie mit der Leertaste einen zweiten Lauf auf.</translation>
    </message>
    <message>
        <source>Reading the runs…</source>
        <translation>Läufe werden gelesen…</translation>
    </message>
    <message numerus="yes">
        <source>%n equal row(s) are hidden.</source>
        <translation>
            <numerusform>%n identische Zeile ist ausgeblendet.</numerusform>
            <numerusform>%n identische Zeilen sind ausgeblendet.</numerusform>
        </translation>
    </message>
    <message>
        <source>The key/value caches have other formats too.</source>
        <translation>Auch die Key/Value-Caches haben andere Formate.</translation>
    </message>
    <message>
        <source>The transforms are others too: what the layers predict does not count them.</source>
        <translation>Auch die Transformationen sind andere: Was die Layer vorhersagen, berücksichtigt sie nicht.</translation>
    </message>
    <message>
        <source>The mode or the methods&apos; settings are others too.</source>
        <translation>Auch der Modus oder die Einstellungen der Methoden sind andere.</translation>
    </message>
    <message>
        <source>Views of the comparison</source>
        <translation>Ansichten des Vergleichs</translation>
    </message>
    <message>
        <source>The runs were not all measured on the same windows or labelled texts: their differences are not known.</source>
        <translation>Die Läufe wurden nicht alle auf denselben Fenstern oder beschrifteten Texten gemessen: Ihre Unterschiede sind nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 resamples; “same”: the 95 % interval of the difference holds 0, which does not prove the two equal.</source>
        <translation>%1 Wiederholungen; „gleich“: Das 95-%-Intervall der Differenz enthält 0, was nicht beweist, dass beide gleich sind.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::Comparison</name>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ConvertDialog</name>
    <message>
        <source>&amp;Round scales that the target cannot hold</source>
        <translation>Skalen &amp;runden, die das Ziel nicht fasst</translation>
    </message>
    <message>
        <source>Convert %1</source>
        <translation>%1 umwandeln</translation>
    </message>
    <message>
        <source>To the nearest float16 number; the result says what it costs in each layer. Without it such a conversion is refused.</source>
        <translation>Zur nächsten float16-Zahl; das Ergebnis sagt, was es in jedem Layer kostet. Ohne dies wird eine solche Umwandlung abgelehnt.</translation>
    </message>
    <message>
        <source>Codes, scales and zero points are kept bit for bit where the target has a place for them, and the conversion is refused with the reason where it has none. GGUF and hf take other layers as floats, and the result says what that moved.</source>
        <translation>Codes, Skalen und Nullpunkte bleiben Bit für Bit erhalten, wo das Ziel Platz für sie hat; wo nicht, wird die Umwandlung mit dem Grund abgelehnt. GGUF und hf übernehmen andere Layer als Fließkommazahlen, und das Ergebnis sagt, was das verändert hat.</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>Umwandeln</translation>
    </message>
    <message>
        <source>The folder is written beside its final name, read back and compared with the source, then renamed.</source>
        <translation>Der Ordner wird neben seinem endgültigen Namen geschrieben, zurückgelesen, mit der Quelle verglichen und dann umbenannt.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::CostPanel</name>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>does it pay</source>
        <translation>lohnt es sich</translation>
    </message>
    <message>
        <source>A month</source>
        <translation>Im Monat</translation>
    </message>
    <message>
        <source>Instead</source>
        <translation>Stattdessen</translation>
    </message>
    <message>
        <source>First year</source>
        <translation>Erstes Jahr</translation>
    </message>
    <message>
        <source>What it costs and saves</source>
        <translation>Was es kostet und spart</translation>
    </message>
    <message>
        <source>What else could be done</source>
        <translation>Was man sonst tun könnte</translation>
    </message>
    <message>
        <source>%1 machines at %2 an hour, %3 hours</source>
        <translation>%1 Maschinen zu %2 die Stunde, %3 Stunden</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>%1 requests, %2 an error</source>
        <translation>%1 Anfragen, %2 je Fehler</translation>
    </message>
    <message>
        <source>Upkeep</source>
        <translation>Pflege</translation>
    </message>
    <message>
        <source>Hours of work and storage</source>
        <translation>Arbeitsstunden und Speicherplatz</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>Einmalig</translation>
    </message>
    <message>
        <source>Work, calibration, and the days on which both versions serve</source>
        <translation>Arbeit, Kalibrierung und die Tage, an denen beide Fassungen laufen</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>Pays back in</source>
        <translation>Bezahlt nach</translation>
    </message>
    <message>
        <source>Loss it can bear</source>
        <translation>Tragbarer Verlust</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Share of right answers from which on errors cost more than is saved</source>
        <translation>Anteil richtiger Antworten, ab dem Fehler mehr kosten, als gespart wird</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>Lassen, wie es ist</translation>
    </message>
    <message>
        <source>the baseline</source>
        <translation>der Vergleich</translation>
    </message>
    <message>
        <source>Other machines, the model as it is</source>
        <translation>Andere Maschinen, das Modell, wie es ist</translation>
    </message>
    <message>
        <source>no loss</source>
        <translation>kein Verlust</translation>
    </message>
    <message>
        <source>If it begins today: %1</source>
        <translation>Wenn es heute beginnt: %1</translation>
    </message>
    <message>
        <source>Errors, %1 %</source>
        <translation>Fehler, %1 %</translation>
    </message>
    <message>
        <source>%1 months</source>
        <translation>%1 Monate</translation>
    </message>
    <message>
        <source>Give the price of a machine and the requests a month.</source>
        <translation>Geben Sie den Preis einer Maschine und die Anfragen im Monat an.</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Betrag</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Anmerkung</translation>
    </message>
    <message>
        <source>Net</source>
        <translation>Netto</translation>
    </message>
    <message>
        <source>What is saved less errors and upkeep</source>
        <translation>Was gespart wird, weniger Fehler und Pflege</translation>
    </message>
</context>
<context>
    <name>kerf::ui::DataDialog</name>
    <message>
        <source>Profile Layers</source>
        <translation>Layer profilieren</translation>
    </message>
    <message>
        <source>Texts and Settings</source>
        <translation>Texte und Einstellungen</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>Start Profile</source>
        <translation>Profilieren</translation>
    </message>
    <message>
        <source>Use These</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Windows of the calibration text, after those used for calibration, on which one layer at a time is swapped in to learn what its error costs</source>
        <translation>Fenster des Kalibrierungstextes nach den zur Kalibrierung benutzten, auf denen jeweils ein Layer eingetauscht wird, um zu lernen, was sein Fehler kostet</translation>
    </message>
    <message>
        <source>Output errors only</source>
        <translation>Nur Ausgabefehler</translation>
    </message>
    <message>
        <source>Quick: no layer is swapped in. Colours and errors are there, but no new slopes: what an error costs is not learned</source>
        <translation>Schnell: Kein Layer wird eingetauscht. Farben und Fehler sind da, aber keine neuen Steigungen: Was ein Fehler kostet, wird nicht gelernt</translation>
    </message>
    <message>
        <source>Formats to profile</source>
        <translation>Zu profilierende Formate</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Held-out windows</source>
        <translation>Zurückgehaltene Fenster</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Cache formats to profile</source>
        <translation>Zu profilierende Cache-Formate</translation>
    </message>
    <message>
        <source>Caches</source>
        <translation>Caches</translation>
    </message>
    <message>
        <source>The calibration text has %1 windows of %2: %3 of them for calibration leave none to hold out. Use fewer or shorter windows, or a longer text.</source>
        <translation>Der Kalibrierungstext hat %1 Fenster zu %2: %3 davon zur Kalibrierung lassen keines zum Zurückhalten. Verwenden Sie weniger oder kürzere Fenster oder einen längeren Text.</translation>
    </message>
    <message>
        <source>%1 windows for calibration, the %2 after them held out</source>
        <translation>%1 Fenster zur Kalibrierung, die %2 danach zurückgehalten</translation>
    </message>
    <message>
        <source>Choose a text for calibration and evaluation, and at least one format</source>
        <translation>Wählen Sie einen Text für Kalibrierung und Auswertung und mindestens ein Format</translation>
    </message>
    <message>
        <source>Something has to be settled first</source>
        <translation>Zuerst muss etwas geklärt werden</translation>
    </message>
</context>
<context>
    <name>kerf::ui::DecideForm</name>
    <message>
        <source>strict, %1 points</source>
        <translation>streng, %1 Punkte</translation>
    </message>
    <message>
        <source>normal, %1 points</source>
        <translation>üblich, %1 Punkte</translation>
    </message>
    <message>
        <source>loose, %1 points</source>
        <translation>locker, %1 Punkte</translation>
    </message>
    <message>
        <source>Wrong answers go unnoticed</source>
        <translation>Falsche Antworten fallen nicht auf</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>De&amp;vice</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>Cards</source>
        <translation>Karten</translation>
    </message>
    <message>
        <source>as in the table</source>
        <translation>wie in der Tabelle</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>Memory that is in one of them; 0: as the table says</source>
        <translation>Speicher in einer davon; 0: wie in der Tabelle</translation>
    </message>
    <message>
        <source>Memory of one</source>
        <translation>Speicher je Karte</translation>
    </message>
    <message>
        <source>Memory seen</source>
        <translation>Nutzbarer Speicher</translation>
    </message>
    <message>
        <source>Bandwidth</source>
        <translation>Bandbreite</translation>
    </message>
    <message>
        <source>INT8, FP8, FP4</source>
        <translation>INT8, FP8, FP4</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>The run, or the plan in hand, that is decided about</source>
        <translation>Der Lauf oder der Plan in Arbeit, über den entschieden wird</translation>
    </message>
    <message>
        <source>&amp;Decide about</source>
        <translation>Ents&amp;cheiden über</translation>
    </message>
    <message>
        <source>Percentage points of right answers</source>
        <translation>Prozentpunkte richtiger Antworten</translation>
    </message>
    <message>
        <source>Loss accepted</source>
        <translation>Erlaubter Verlust</translation>
    </message>
    <message>
        <source>Mathematics, facts, code: fewer than 8 bits only after an evaluation on the task</source>
        <translation>Mathematik, Fakten, Programme: weniger als 8 Bit nur nach einer Messung an der Aufgabe</translation>
    </message>
    <message>
        <source>Sequences at once</source>
        <translation>Sequenzen zugleich</translation>
    </message>
    <message>
        <source>Context, tokens</source>
        <translation>Kontext, Token</translation>
    </message>
    <message>
        <source>Key/value cache</source>
        <translation>Key/Value-Cache</translation>
    </message>
    <message>
        <source>Money</source>
        <translation>Geld</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>Währung</translation>
    </message>
    <message>
        <source>Price of a machine, hour</source>
        <translation>Preis je Maschine, Stunde</translation>
    </message>
    <message>
        <source>Machines today</source>
        <translation>Maschinen heute</translation>
    </message>
    <message>
        <source>Machines after</source>
        <translation>Maschinen danach</translation>
    </message>
    <message>
        <source>Price after, hour</source>
        <translation>Preis danach, Stunde</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>Hours on in a month</source>
        <translation>Stunden an im Monat</translation>
    </message>
    <message>
        <source>720: a month of thirty days, day and night</source>
        <translation>720: ein Monat von dreißig Tagen, Tag und Nacht</translation>
    </message>
    <message>
        <source>Requests a month</source>
        <translation>Anfragen im Monat</translation>
    </message>
    <message>
        <source>Cost of an error</source>
        <translation>Kosten eines Fehlers</translation>
    </message>
    <message>
        <source>What one answer costs that was right and is wrong now</source>
        <translation>Was eine Antwort kostet, die richtig war und nun falsch ist</translation>
    </message>
    <message>
        <source>Loss of answers, %</source>
        <translation>Verlust an Antworten, %</translation>
    </message>
    <message>
        <source>as measured</source>
        <translation>wie gemessen</translation>
    </message>
    <message>
        <source>Hours of work, once</source>
        <translation>Arbeitsstunden, einmalig</translation>
    </message>
    <message>
        <source>Rate of an hour</source>
        <translation>Stundensatz</translation>
    </message>
    <message>
        <source>Calibration, once</source>
        <translation>Kalibrierung, einmalig</translation>
    </message>
    <message>
        <source>Days both serve</source>
        <translation>Tage mit beiden</translation>
    </message>
    <message>
        <source>Upkeep, hours a month</source>
        <translation>Pflege, Stunden im Monat</translation>
    </message>
    <message>
        <source>Storage a month</source>
        <translation>Speicherplatz im Monat</translation>
    </message>
    <message>
        <source>Instead: machines</source>
        <translation>Stattdessen: Maschinen</translation>
    </message>
    <message>
        <source>Other machines that would serve the model as it is</source>
        <translation>Andere Maschinen, die das Modell ausführen würden, wie es ist</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Instead: price, hour</source>
        <translation>Stattdessen: Preis, Stunde</translation>
    </message>
    <message>
        <source>choose one</source>
        <translation>wählen</translation>
    </message>
    <message>
        <source>%1. Source: %2, %3</source>
        <translation>%1. Quelle: %2, %3</translation>
    </message>
    <message>
        <source>Own Table…</source>
        <translation>Eigene Tabelle…</translation>
    </message>
    <message>
        <source>Table of Devices</source>
        <translation>Tabelle von Geräten</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>the plan in hand</source>
        <translation>der Plan in Arbeit</translation>
    </message>
    <message>
        <source>%1 GB</source>
        <translation>%1 GB</translation>
    </message>
    <message>
        <source>%1 GB/s</source>
        <translation>%1 GB/s</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message>
        <source>Source: %1, %2. “?”: uncertain; “m”: measured, not from a data sheet.</source>
        <translation>Quelle: %1, %2. „?“: unsicher; „m“: gemessen, nicht aus einem Datenblatt.</translation>
    </message>
    <message>
        <source>%1 as measured</source>
        <translation>%1 wie gemessen</translation>
    </message>
    <message>
        <source>A sign or a word: $, €, CHF</source>
        <translation>Ein Zeichen oder ein Wort: $, €, CHF</translation>
    </message>
</context>
<context>
    <name>kerf::ui::DecidePage</name>
    <message>
        <source>Parts of the decision</source>
        <translation>Teile der Entscheidung</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Nothing can be decided yet.</source>
        <translation>Noch lässt sich nichts entscheiden.</translation>
    </message>
    <message>
        <source>Choose a Machine</source>
        <translation>Maschine wählen</translation>
    </message>
    <message>
        <source>Run the Plan</source>
        <translation>Plan ausführen</translation>
    </message>
    <message>
        <source>Give Prices</source>
        <translation>Preise angeben</translation>
    </message>
    <message>
        <source>Take “%1”</source>
        <translation>„%1“ nehmen</translation>
    </message>
    <message>
        <source>Sweep…</source>
        <translation>Sweep…</translation>
    </message>
    <message>
        <source>Make Report…</source>
        <translation>Bericht erstellen…</translation>
    </message>
</context>
<context>
    <name>kerf::ui::DecisionDesk</name>
    <message>
        <source>Reading the runs…</source>
        <translation>Läufe werden gelesen…</translation>
    </message>
</context>
<context>
    <name>kerf::ui::DegradationChart</name>
    <message>
        <source>What runs lost, by bits or by size</source>
        <translation>Was Läufe verloren, nach Bits oder Größe</translation>
    </message>
    <message>
        <source>points: your runs, bars one standard error · shaded: published ranges, per cent of perplexity</source>
        <translation>Punkte: Ihre Läufe, Balken ein Standardfehler · schattiert: veröffentlichte Bereiche, Prozent der Perplexität</translation>
    </message>
    <message>
        <source>No run was measured on a text that its original was measured on too.</source>
        <translation>Kein Lauf wurde an einem Text gemessen, an dem auch sein Original gemessen wurde.</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>parameters of the model</source>
        <translation>Parameter des Modells</translation>
    </message>
    <message>
        <source>%1 of %2
%3 bits per weight
perplexity over the original: %4 %</source>
        <translation>%1 von %2
%3 Bits je Gewicht
Perplexität über dem Original: %4 %</translation>
    </message>
    <message>
        <source>mean KLD: %1 nats a token</source>
        <translation>mittlere KLD: %1 Nats je Token</translation>
    </message>
    <message>
        <source>%1, %2 windows</source>
        <translation>%1, %2 Fenster</translation>
    </message>
    <message>
        <source>perplexity over the original, %</source>
        <translation>Perplexität über dem Original, %</translation>
    </message>
    <message>
        <source>mean KLD, nats a token</source>
        <translation>mittlere KLD, Nats je Token</translation>
    </message>
</context>
<context>
    <name>kerf::ui::DegradationDialog</name>
    <message>
        <source>What Was Lost</source>
        <translation>Was verloren ging</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>Quer</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>perplexity, %</source>
        <translation>Perplexität, %</translation>
    </message>
    <message>
        <source>mean KLD</source>
        <translation>mittlere KLD</translation>
    </message>
    <message>
        <source>vs.</source>
        <translation>vs.</translation>
    </message>
    <message>
        <source>&amp;Add Workspace…</source>
        <translation>&amp;Arbeitsbereich hinzufügen…</translation>
    </message>
    <message>
        <source>Add Workspace</source>
        <translation>Arbeitsbereich hinzufügen</translation>
    </message>
    <message>
        <source>Kerf workspaces (*.kerf)</source>
        <translation>Kerf-Arbeitsbereiche (*.kerf)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) cannot stand here.</source>
        <translation>
            <numerusform>%n Lauf kann hier nicht stehen.</numerusform>
            <numerusform>%n Läufe können hier nicht stehen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kerf::ui::DesktopLink</name>
    <message>
        <source>A job is running</source>
        <translation>Ein Job läuft</translation>
    </message>
    <message>
        <source>Done after %1</source>
        <translation>Fertig nach %1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Fehlgeschlagen: %1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::DropTarget</name>
    <message>
        <source>Open the model of workspace %1</source>
        <translation>Das Modell des Arbeitsbereichs %1 öffnen</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Set %1 beside the runs</source>
        <translation>%1 neben die Läufe stellen</translation>
    </message>
    <message>
        <source>%1 has no model yet: open a model, then choose File &gt; Use Another Workspace.</source>
        <translation>%1 hat noch kein Modell: Öffnen Sie ein Modell und wählen Sie dann „Datei &gt; Anderen Arbeitsbereich verwenden“.</translation>
    </message>
    <message>
        <source>Compare %1 with the runs</source>
        <translation>%1 mit den Läufen vergleichen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ErrorChart</name>
    <message>
        <source>Relative Output Error</source>
        <translation>Relativer Ausgabefehler</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Relative Weight Error</source>
        <translation>Relativer Gewichtsfehler</translation>
    </message>
    <message>
        <source>filled: in the plan</source>
        <translation>gefüllt: im Plan</translation>
    </message>
    <message>
        <source>A click takes a format; so do Left, Right and Enter</source>
        <translation>Ein Klick übernimmt ein Format; ebenso Links, Rechts und Eingabetaste</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>vorhergesagt</translation>
    </message>
    <message>
        <source>filled: in the plan · bars: one standard error</source>
        <translation>gefüllt: im Plan · Balken: ein Standardfehler</translation>
    </message>
    <message>
        <source>No format has an error above 0 here.</source>
        <translation>Kein Format hat hier einen Fehler über 0.</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; by %2&lt;br&gt;%3 at %4 bits per weight</source>
        <translation>&lt;b&gt;%1&lt;/b&gt; mit %2&lt;br&gt;%3 bei %4 Bits je Gewicht</translation>
    </message>
    <message>
        <source>%1 by %2: %3</source>
        <translation>%1 mit %2: %3</translation>
    </message>
    <message>
        <source>%1 with This Layer Alone</source>
        <translation>%1 mit diesem Layer allein</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ExportButton</name>
    <message>
        <source>%1…</source>
        <translation>%1…</translation>
    </message>
    <message>
        <source>Export ▾</source>
        <translation>Export ▾</translation>
    </message>
    <message>
        <source>%1 files (*.%2)</source>
        <translation>%1-Dateien (*.%2)</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ExportDialog</name>
    <message>
        <source>Export %1</source>
        <translation>%1 exportieren</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… und %n weiterer</numerusform>
            <numerusform>… und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>%1 bytes of weights (%2)</source>
        <translation>%1 Bytes an Gewichten (%2)</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>No change of formats makes it fit.</source>
        <translation>Keine Änderung der Formate macht ihn passend.</translation>
    </message>
    <message>
        <source>The nearest plan that fits has %1.
Now: %2.
Then: %3.</source>
        <translation>Der nächste passende Plan hat %1.
Jetzt: %2.
Dann: %3.</translation>
    </message>
    <message>
        <source>&amp;Make This Plan</source>
        <translation>Diesen &amp;Plan anlegen</translation>
    </message>
    <message>
        <source>Opens it as the plan &quot;%1&quot;; quantize it, then export that run</source>
        <translation>Öffnet ihn als Plan „%1“; quantisieren Sie ihn und exportieren Sie dann diesen Lauf</translation>
    </message>
    <message>
        <source>The folder is written beside its final name, read back and compared with the run, then renamed.</source>
        <translation>Der Ordner wird neben seinem endgültigen Namen geschrieben, zurückgelesen, mit dem Lauf verglichen und dann umbenannt.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ExportPage</name>
    <message>
        <source>%1 was exported</source>
        <translation>%1 wurde exportiert</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>%1; %2 bytes of weights</source>
        <translation>%1; %2 Bytes an Gewichten</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Geschrieben</translation>
    </message>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n Tensor</numerusform>
            <numerusform>%n Tensoren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) read back; every code, scale and zero point equals the run&apos;s</source>
        <translation>
            <numerusform>%n Layer zurückgelesen; jeder Code, jede Skala und jeder Nullpunkt gleicht dem des Laufs</numerusform>
            <numerusform>%n Layer zurückgelesen; jeder Code, jede Skala und jeder Nullpunkt gleicht dem des Laufs</numerusform>
        </translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>&amp;Open Folder</source>
        <translation>Ordner &amp;öffnen</translation>
    </message>
    <message>
        <source>&amp;Verify Again</source>
        <translation>Erneut &amp;prüfen</translation>
    </message>
    <message>
        <source>Reads every file and every layer back, as after copying the folder to another machine</source>
        <translation>Liest jede Datei und jeden Layer zurück, etwa nach dem Kopieren des Ordners auf eine andere Maschine</translation>
    </message>
    <message>
        <source>%1: %2…</source>
        <translation>%1: %2…</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) read back</source>
        <translation>
            <numerusform>%n Layer zurückgelesen</numerusform>
            <numerusform>%n Layer zurückgelesen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n file(s) have the SHA-256 that they were written with; %2.</source>
        <translation>
            <numerusform>%1: %n Datei hat die SHA-256, mit der sie geschrieben wurde; %2.</numerusform>
            <numerusform>%1: %n Dateien haben die SHA-256, mit der sie geschrieben wurden; %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::FileActions</name>
    <message>
        <source>The sample model is not installed</source>
        <translation>Das Beispielmodell ist nicht installiert</translation>
    </message>
    <message>
        <source>For %1…</source>
        <translation>Für %1…</translation>
    </message>
    <message>
        <source>Open Model Folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Use Another Workspace</source>
        <translation>Anderen Arbeitsbereich verwenden</translation>
    </message>
    <message>
        <source>Kerf workspaces (*.kerf)</source>
        <translation>Kerf-Arbeitsbereiche (*.kerf)</translation>
    </message>
    <message>
        <source>A new window could not be started.</source>
        <translation>Ein neues Fenster ließ sich nicht starten.</translation>
    </message>
    <message>
        <source>A job is running here: %1 opens in a new window.</source>
        <translation>Hier läuft ein Job: %1 wird in einem neuen Fenster geöffnet.</translation>
    </message>
    <message>
        <source>Load Plan</source>
        <translation>Plan laden</translation>
    </message>
    <message>
        <source>Plans, recipes and quantized checkpoints (*.json *.yaml *.yml *.txt *.gguf *.onnx);;All files (*)</source>
        <translation>Pläne, Rezepte und quantisierte Checkpoints (*.json *.yaml *.yml *.txt *.gguf *.onnx);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Save Plan</source>
        <translation>Plan speichern</translation>
    </message>
    <message>
        <source>Plans (*.json)</source>
        <translation>Pläne (*.json)</translation>
    </message>
    <message>
        <source>Save Plan as Recipe</source>
        <translation>Plan als Rezept speichern</translation>
    </message>
    <message>
        <source>%1 is written. %2</source>
        <translation>%1 ist geschrieben. %2</translation>
    </message>
    <message>
        <source>No model was opened yet</source>
        <translation>Noch wurde kein Modell geöffnet</translation>
    </message>
    <message>
        <source>Open Model File</source>
        <translation>Modelldatei öffnen</translation>
    </message>
    <message>
        <source>Models in one file (*.gguf *.onnx)</source>
        <translation>Modelle in einer Datei (*.gguf *.onnx)</translation>
    </message>
</context>
<context>
    <name>kerf::ui::FilesField</name>
    <message>
        <source>Text, JSON, CSV or TSV files or folders, separated by ;</source>
        <translation>Text-, JSON-, CSV- oder TSV-Dateien oder Ordner, getrennt durch ;</translation>
    </message>
    <message>
        <source>%1 texts</source>
        <translation>Texte für „%1“</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Browse for %1 texts</source>
        <translation>Nach Texten für „%1“ suchen</translation>
    </message>
    <message>
        <source>Choose Texts</source>
        <translation>Texte wählen</translation>
    </message>
    <message>
        <source>Texts (*.txt *.jsonl *.ndjson *.json *.csv *.tsv);;All files (*)</source>
        <translation>Texte (*.txt *.jsonl *.ndjson *.json *.csv *.tsv);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>kerf::ui::FilterBar</name>
    <message>
        <source>Read the filter as a regular expression</source>
        <translation>Den Filter als regulären Ausdruck lesen</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>Not a regular expression yet: %1</source>
        <translation>Noch kein regulärer Ausdruck: %1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::FitGridModel</name>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>%1 fit</source>
        <translation>%1 passen</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>passt</translation>
    </message>
    <message>
        <source>%1 k</source>
        <translation>%1 k</translation>
    </message>
    <message>
        <source>%1 × %2 tokens: %3</source>
        <translation>%1 × %2 Token: %3</translation>
    </message>
    <message>
        <source>%1 tokens/s predicted; a full server gives %2 to %3.</source>
        <translation>%1 Token/s vorhergesagt; ein voller Server gibt %2 bis %3.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::FitPanel</name>
    <message>
        <source>Fit</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>context × batch</source>
        <translation>Kontext × Sequenzen</translation>
    </message>
    <message>
        <source>What fits by context and batch</source>
        <translation>Was passt, nach Kontext und Sequenzen</translation>
    </message>
    <message>
        <source>Export Fit</source>
        <translation>Platz exportieren</translation>
    </message>
    <message>
        <source>weights %1</source>
        <translation>Gewichte %1</translation>
    </message>
    <message>
        <source>reserved %1</source>
        <translation>belegt %1</translation>
    </message>
    <message>
        <source>cache %1</source>
        <translation>Cache %1</translation>
    </message>
    <message>
        <source>lacks %1</source>
        <translation>es fehlen %1</translation>
    </message>
    <message>
        <source>left %1</source>
        <translation>frei %1</translation>
    </message>
    <message>
        <source>%1 × %2 tokens: %3.</source>
        <translation>%1 × %2 Token: %3.</translation>
    </message>
    <message>
        <source>%1 (%2 left)</source>
        <translation>%1 (%2 frei)</translation>
    </message>
    <message>
        <source>The longest sequence that fits alone: %1 tokens.</source>
        <translation>Die längste Sequenz, die allein passt: %1 Token.</translation>
    </message>
    <message>
        <source>No single change makes it fit: fewer bits and more cards together may.</source>
        <translation>Keine einzelne Änderung genügt: weniger Bits und mehr Karten zusammen vielleicht.</translation>
    </message>
    <message>
        <source>It would fit with %1.</source>
        <translation>Es würde passen mit %1.</translation>
    </message>
    <message>
        <source>Blue: fits; outlined: tight; hatched: so many sequences fit.</source>
        <translation>Blau: passt; umrandet: knapp; schraffiert: so viele Sequenzen passen.</translation>
    </message>
    <message>
        <source>%1, %2: tokens/s of all sequences, predicted; served × 0.5 to × 0.85</source>
        <translation>%1, %2: Token/s aller Sequenzen, vorhergesagt; ausgeliefert × 0,5 bis × 0,85</translation>
    </message>
    <message>
        <source>Speed: %1.</source>
        <translation>Geschwindigkeit: %1.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::FlipTableModel</name>
    <message>
        <source>✗ harmful</source>
        <translation>✗ schädlich</translation>
    </message>
    <message>
        <source>✓ beneficial</source>
        <translation>✓ günstig</translation>
    </message>
    <message>
        <source>Right before, wrong now</source>
        <translation>Vorher richtig, jetzt falsch</translation>
    </message>
    <message>
        <source>Wrong before, right now</source>
        <translation>Vorher falsch, jetzt richtig</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Right Answer</source>
        <translation>Richtige Antwort</translation>
    </message>
</context>
<context>
    <name>kerf::ui::FlipsDialog</name>
    <message>
        <source>Search text and answers</source>
        <translation>Text und Antworten durchsuchen</translation>
    </message>
    <message>
        <source>Changed Answers of %1</source>
        <translation>Geänderte Antworten von %1</translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>Verglichen mit</translation>
    </message>
    <message>
        <source>Right or wrong by</source>
        <translation>Richtig oder falsch nach</translation>
    </message>
    <message>
        <source>by</source>
        <translation>nach</translation>
    </message>
    <message>
        <source>Changed answers</source>
        <translation>Geänderte Antworten</translation>
    </message>
    <message>
        <source>The chosen item, whole</source>
        <translation>Die gewählte Aufgabe, ganz</translation>
    </message>
    <message>
        <source>the original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Some texts or answers were not kept: ask or score both again to have them.</source>
        <translation>Einige Texte oder Antworten wurden nicht aufbewahrt: Beide noch einmal befragen oder bewerten, um sie zu haben.</translation>
    </message>
    <message>
        <source>No answer changed between right and wrong.</source>
        <translation>Keine Antwort hat zwischen richtig und falsch gewechselt.</translation>
    </message>
    <message>
        <source>Nothing is right or wrong yet: ask this run and %1 the same questions, or score both on the same labelled texts.</source>
        <translation>Noch ist nichts richtig oder falsch: Diesem Lauf und „%1“ dieselben Fragen stellen, oder beide an denselben beschrifteten Texten bewerten.</translation>
    </message>
    <message>
        <source>Right answer: %1</source>
        <translation>Richtige Antwort: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 of %2 items of %3 changed: %4 from right to wrong, %5 from wrong to right.</source>
        <translation>%1 von %2 Aufgaben aus %3 geändert: %4 von richtig zu falsch, %5 von falsch zu richtig.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::FormatPalette</name>
    <message>
        <source>Formats for the selected layers</source>
        <translation>Formate für die ausgewählten Layer</translation>
    </message>
    <message>
        <source>&amp;Show Bits and Values of %1</source>
        <translation>&amp;Bits und Werte von %1 zeigen</translation>
    </message>
    <message>
        <source>Select layers in the map or the tree, then choose a format here or press its key.</source>
        <translation>Wählen Sie Layer in der Karte oder im Baum aus und dann hier ein Format, oder drücken Sie dessen Taste.</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) selected</source>
        <translation>
            <numerusform>%n Layer ausgewählt</numerusform>
            <numerusform>%n Layer ausgewählt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kerf::ui::FormatPaletteModel</name>
    <message>
        <source>%1 (keep)</source>
        <translation>%1 (behalten)</translation>
    </message>
    <message>
        <source>%1 Press 0 until its keys come, or click it.</source>
        <translation>%1 Drücken Sie 0, bis seine Tasten kommen, oder klicken Sie es an.</translation>
    </message>
    <message>
        <source>%1 Press %2 to give it to the selected layers.</source>
        <translation>%1 %2 drücken gibt es den ausgewählten Layern.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Predicted %1 that the selected layers add in %2</source>
        <translation>Vorhergesagt: %1, die die ausgewählten Layer in %2 hinzufügen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::GatePanel</name>
    <message>
        <source>✓ accepted</source>
        <translation>✓ bestanden</translation>
    </message>
    <message>
        <source>✗ rejected</source>
        <translation>✗ abgelehnt</translation>
    </message>
    <message>
        <source>? open</source>
        <translation>? offen</translation>
    </message>
    <message>
        <source>? + %1 items</source>
        <translation>? + %1 Aufgaben</translation>
    </message>
    <message>
        <source>Gate</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>is it good enough</source>
        <translation>ist es gut genug</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Flips</source>
        <translation>Wechsel</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Bounds</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>&amp;Cheapest That Passes</source>
        <translation>&amp;Billigster, der besteht</translation>
    </message>
    <message>
        <source>Runs, judged by what is required</source>
        <translation>Läufe, beurteilt nach dem, was verlangt ist</translation>
    </message>
    <message>
        <source>What must hold</source>
        <translation>Was gelten muss</translation>
    </message>
    <message>
        <source>What must hold, as kerf-cli gate takes it: metric, limit and level in per cent. Several with “;” between them: all must hold.</source>
        <translation>Was gelten muss, wie kerf-cli gate es nimmt: Maß, Grenze und Sicherheit in Prozent. Mehrere mit „;“ dazwischen: Alle müssen gelten.</translation>
    </message>
    <message>
        <source>Re&amp;quired</source>
        <translation>Ve&amp;rlangt</translation>
    </message>
    <message>
        <source>Decide about the run of the fewest bytes that is accepted</source>
        <translation>Über den Lauf mit den wenigsten Bytes entscheiden, der besteht</translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <translation>%1 … %2</translation>
    </message>
    <message>
        <source>A pilot of 200 items tells how often answers change. If 5 % of them do and none is lost in truth, some %1 items decide.</source>
        <translation>Ein Vorversuch mit 200 Aufgaben sagt, wie oft Antworten wechseln. Wechseln 5 % und geht in Wahrheit keine verloren, entscheiden etwa %1 Aufgaben.</translation>
    </message>
    <message>
        <source>Of several runs choose one before, or on other items: the best of many looks better than it is.</source>
        <translation>Wählen Sie unter mehreren Läufen vorher, oder an anderen Aufgaben: Der beste von vielen sieht besser aus, als er ist.</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Grenze</translation>
    </message>
</context>
<context>
    <name>kerf::ui::GeneratePage</name>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>The text that both go on with</source>
        <translation>Der Text, den beide fortsetzen</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Logits are divided by it: lower is more certain; 0 always takes the most probable token</source>
        <translation>Die Logits werden durch sie geteilt: niedriger ist sicherer; 0 nimmt immer das wahrscheinlichste Token</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the most probable tokens that together have this share</source>
        <translation>Nur die wahrscheinlichsten Token, die zusammen diesen Anteil haben</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>The same seed gives the same random numbers</source>
        <translation>Derselbe Seed gibt dieselben Zufallszahlen</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>At most so many; a model may end its text earlier</source>
        <translation>Höchstens so viele; ein Modell kann seinen Text früher beenden</translation>
    </message>
    <message>
        <source>Text of the original</source>
        <translation>Text des Originals</translation>
    </message>
    <message>
        <source>Text of the run</source>
        <translation>Text des Laufs</translation>
    </message>
    <message>
        <source>Tokens written</source>
        <translation>Geschriebene Token</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Loading the models…</source>
        <translation>Modelle werden geladen…</translation>
    </message>
    <message>
        <source>Select a run first</source>
        <translation>Zuerst einen Lauf auswählen</translation>
    </message>
    <message>
        <source>The selected run is not finished</source>
        <translation>Der ausgewählte Lauf ist nicht fertig</translation>
    </message>
    <message>
        <source>Write a prompt first</source>
        <translation>Zuerst einen Prompt schreiben</translation>
    </message>
    <message>
        <source>Stop what is being written first</source>
        <translation>Zuerst das laufende Schreiben anhalten</translation>
    </message>
    <message>
        <source>Both go on with the prompt, with the same random numbers</source>
        <translation>Beide setzen den Prompt fort, mit denselben Zufallszahlen</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Select a run in the table of runs</source>
        <translation>Einen Lauf in der Tabelle der Läufe auswählen</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten…</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 von %2 Token</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>It ended its text here.</source>
        <translation>Hier endete sein Text.</translation>
    </message>
    <message>
        <source>here: %1 %2 · %3 %4 · random number %5</source>
        <translation>hier: %1 %2 · %3 %4 · Zufallszahl %5</translation>
    </message>
    <message>
        <source>They part at token %1: with the random number %2 the original takes %3 and the run %4.</source>
        <translation>Bei Token %1 trennen sie sich: Mit der Zufallszahl %2 nimmt das Original %3 und der Lauf %4.</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>%1 tokens, the same in both</source>
        <translation>%1 Token, in beiden gleich</translation>
    </message>
    <message>
        <source>Stopped after %1 tokens</source>
        <translation>Nach %1 Token angehalten</translation>
    </message>
    <message>
        <source>**Prompt:** %1

Temperature %2, top-p %3, seed %4

</source>
        <translation>**Prompt:** %1

Temperatur %2, Top-p %3, Seed %4

</translation>
    </message>
</context>
<context>
    <name>kerf::ui::GraphPage</name>
    <message>
        <source>How the layers of this model hang together is not known: no family fits it.
Their formats are on the map.</source>
        <translation>Wie die Layer dieses Modells zusammenhängen, ist nicht bekannt: keine Familie passt.
Ihre Formate stehen auf der Karte.</translation>
    </message>
    <message>
        <source>Steps around the layer</source>
        <translation>Schritte um den Layer</translation>
    </message>
    <message>
        <source>How many edges from the layer what is shown may lie (+ and -)</source>
        <translation>Wie viele Kanten vom Layer entfernt liegen darf, was gezeigt wird (+ und -)</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Show all that is in view</source>
        <translation>Alles zeigen, was im Blick ist</translation>
    </message>
    <message>
        <source>All of it in the window (Home)</source>
        <translation>Alles davon im Fenster (Pos1)</translation>
    </message>
    <message>
        <source>Export Graph</source>
        <translation>Graph exportieren</translation>
    </message>
    <message>
        <source>All layers, in order</source>
        <translation>Alle Layer, der Reihe nach</translation>
    </message>
    <message>
        <source>Around %1</source>
        <translation>Um %1</translation>
    </message>
    <message>
        <source>%1 of %2 nodes, %3 more in reach</source>
        <translation>%1 von %2 Knoten, %3 weitere in Reichweite</translation>
    </message>
    <message>
        <source>%1 of %2 nodes</source>
        <translation>%1 von %2 Knoten</translation>
    </message>
    <message numerus="yes">
        <source>%n more format(s)</source>
        <translation>
            <numerusform>%n weiteres Format</numerusform>
            <numerusform>%n weitere Formate</numerusform>
        </translation>
    </message>
    <message>
        <source>rounded (Q, DQ)</source>
        <translation>gerundet (Q, DQ)</translation>
    </message>
    <message>
        <source>float</source>
        <translation>Fließkomma</translation>
    </message>
    <message>
        <source>What feeds %1: %2</source>
        <translation>Was %1 speist: %2</translation>
    </message>
    <message>
        <source>Wheel: zoom · drag: move · double click: centre · + −: steps</source>
        <translation>Rad: Zoom · Ziehen: verschieben · Doppelklick: Mitte · + −: Schritte</translation>
    </message>
    <message>
        <source>Edges in view</source>
        <translation>Kanten im Blick</translation>
    </message>
    <message>
        <source>&amp;Show as Table</source>
        <translation>Als Tabelle &amp;zeigen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::GraphStrip</name>
    <message>
        <source>All layers, in order</source>
        <translation>Alle Layer, der Reihe nach</translation>
    </message>
</context>
<context>
    <name>kerf::ui::GraphView</name>
    <message>
        <source>Graph around a layer</source>
        <translation>Graph um einen Layer</translation>
    </message>
</context>
<context>
    <name>kerf::ui::GridPanel</name>
    <message>
        <source>Weights on a grid</source>
        <translation>Gewichte auf einem Raster</translation>
    </message>
    <message>
        <source>group </source>
        <translation>Gruppe </translation>
    </message>
    <message>
        <source>Group of weights that share a scale</source>
        <translation>Gruppe von Gewichten mit gemeinsamer Skala</translation>
    </message>
    <message>
        <source>Format of the grid</source>
        <translation>Format des Rasters</translation>
    </message>
    <message>
        <source>Error of every format by round to nearest</source>
        <translation>Fehler jedes Formats bei Runden zum Nächsten</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>|W − Q|² ÷ |W|² of the whole, by round to nearest</source>
        <translation>|W − Q|² ÷ |W|² des Ganzen, bei Runden zum Nächsten</translation>
    </message>
    <message>
        <source>Standard Gaussian on a Grid</source>
        <translation>Standard-Gauß auf einem Raster</translation>
    </message>
    <message>
        <source>%1 on a Grid</source>
        <translation>%1 auf einem Raster</translation>
    </message>
    <message>
        <source>On a Grid</source>
        <translation>Auf einem Raster</translation>
    </message>
    <message>
        <source>No layer is selected: 256 × 1,024 independent standard normal numbers stand for a weight</source>
        <translation>Kein Layer ist ausgewählt: 256 × 1.024 unabhängige standardnormalverteilte Zahlen stehen für ein Gewicht</translation>
    </message>
    <message>
        <source>Reading weights…</source>
        <translation>Gewichte werden gelesen…</translation>
    </message>
    <message>
        <source>Rounding the weights…</source>
        <translation>Gewichte werden gerundet…</translation>
    </message>
    <message>
        <source>&lt;b&gt;Error ÷ numbers, rtn&lt;/b&gt;&lt;br&gt;No layer is selected: standard normal numbers</source>
        <translation>&lt;b&gt;Fehler ÷ Zahlen, rtn&lt;/b&gt;&lt;br&gt;Kein Layer ist ausgewählt: standardnormalverteilte Zahlen</translation>
    </message>
    <message>
        <source>&lt;b&gt;Weight error ÷ weights, rtn&lt;/b&gt;</source>
        <translation>&lt;b&gt;Gewichtsfehler ÷ Gewichte, rtn&lt;/b&gt;</translation>
    </message>
</context>
<context>
    <name>kerf::ui::GroupChart</name>
    <message>
        <source>Weights on the Grid</source>
        <translation>Gewichte auf dem Raster</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>weights of the group</source>
        <translation>Gewichte der Gruppe</translation>
    </message>
    <message>
        <source>%1 Weights on %2</source>
        <translation>%1 Gewichte auf %2</translation>
    </message>
    <message>
        <source>scale %1 · %2 of %3 values used · error %4</source>
        <translation>Skala %1 · %2 von %3 Werten benutzt · Fehler %4</translation>
    </message>
</context>
<context>
    <name>kerf::ui::Heatmap</name>
    <message>
        <source>Sensitivity and format of every layer</source>
        <translation>Empfindlichkeit und Format jedes Layers</translation>
    </message>
    <message>
        <source>Click: all layers</source>
        <translation>Klick: alle Layer</translation>
    </message>
</context>
<context>
    <name>kerf::ui::HeatmapModel</name>
    <message>
        <source>relative output error at %1</source>
        <translation>relativer Ausgabefehler bei %1</translation>
    </message>
    <message>
        <source>bits per weight against %1</source>
        <translation>Bits je Gewicht gegenüber %1</translation>
    </message>
    <message>
        <source>Hessian trace</source>
        <translation>Spur der Hessian</translation>
    </message>
    <message>
        <source>format in the plan</source>
        <translation>Format im Plan</translation>
    </message>
    <message>
        <source>Block %1 has no %2</source>
        <translation>Block %1 hat kein %2</translation>
    </message>
    <message>
        <source>Block %1, %2: %3</source>
        <translation>Block %1, %2: %3</translation>
    </message>
    <message>
        <source>%1, locked</source>
        <translation>%1, gesperrt</translation>
    </message>
    <message>
        <source>%1, unchanged</source>
        <translation>%1, unverändert</translation>
    </message>
    <message>
        <source>%1, changed: %2</source>
        <translation>%1, geändert: %2</translation>
    </message>
    <message>
        <source>%1, not predicted for %2</source>
        <translation>%1, nicht vorhergesagt für %2</translation>
    </message>
    <message>
        <source>%1, %2 %3</source>
        <translation>%1, %2 %3</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 mit %2</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>gemischt</translation>
    </message>
    <message numerus="yes">
        <source>Block %1, %2: %n layers, %3</source>
        <translation>
            <numerusform>Block %1, %2: %n Layer, %3</numerusform>
            <numerusform>Block %1, %2: %n Layer, %3</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, mean of %2 %3</source>
        <translation>%1, Mittel %2 %3</translation>
    </message>
    <message>
        <source>calibration tokens that came to the layer</source>
        <translation>Kalibrierungs-Token, die zur Schicht kamen</translation>
    </message>
    <message>
        <source>cost in this plan: predicted %1</source>
        <translation>Kosten in diesem Plan: vorhergesagte %1</translation>
    </message>
    <message>
        <source>measured %1 of this layer alone at %2</source>
        <translation>gemessene %1 dieses Layers allein bei %2</translation>
    </message>
</context>
<context>
    <name>kerf::ui::InspectorPanel</name>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Error by method</source>
        <translation>Fehler je Methode</translation>
    </message>
    <message>
        <source>What the chart of formats shows</source>
        <translation>Was das Diagramm der Formate zeigt</translation>
    </message>
    <message>
        <source>Methods ▾</source>
        <translation>Methoden ▾</translation>
    </message>
    <message>
        <source>Methods whose errors are computed for this layer beside those of the profile</source>
        <translation>Methoden, deren Fehler für diesen Layer neben denen des Profils berechnet werden</translation>
    </message>
    <message>
        <source>Compute for This Layer</source>
        <translation>Für diesen Layer berechnen</translation>
    </message>
    <message>
        <source>The layer is large: quantizing it in every format takes a while. It can go on beside other work</source>
        <translation>Der Layer ist groß: Ihn in jedem Format zu quantisieren dauert eine Weile. Es kann neben anderer Arbeit laufen</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Fakten</translation>
    </message>
    <message>
        <source>Select a layer in the map or the tree.</source>
        <translation>Wählen Sie einen Layer in der Karte oder im Baum aus.</translation>
    </message>
    <message>
        <source>Reading the layer…</source>
        <translation>Layer wird gelesen…</translation>
    </message>
    <message>
        <source>block %1 · role %2</source>
        <translation>Block %1 · Rolle %2</translation>
    </message>
    <message>
        <source>%1 · %2 by %3</source>
        <translation>%1 · %2 mit %3</translation>
    </message>
    <message numerus="yes">
        <source>%1 · the first of %n selected layer(s)</source>
        <translation>
            <numerusform>%1 · der erste von %n ausgewählten Layer</numerusform>
            <numerusform>%1 · der erste von %n ausgewählten Layern</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing unusual</source>
        <translation>Nichts Ungewöhnliches</translation>
    </message>
    <message>
        <source>Why it is sensitive</source>
        <translation>Warum er empfindlich ist</translation>
    </message>
    <message>
        <source>What stands out</source>
        <translation>Was auffällt</translation>
    </message>
    <message>
        <source>The plan has it already</source>
        <translation>Der Plan hat es schon</translation>
    </message>
    <message>
        <source>Quantizing the layer in every format…</source>
        <translation>Layer wird in jedem Format quantisiert…</translation>
    </message>
    <message>
        <source>No method was asked for.</source>
        <translation>Keine Methode wurde verlangt.</translation>
    </message>
    <message>
        <source>Divergence of this layer alone</source>
        <translation>Divergenz dieses Layers allein</translation>
    </message>
</context>
<context>
    <name>kerf::ui::InspectorStrip</name>
    <message>
        <source>Input Abs-Max by Channel</source>
        <translation>Abs-Max der Eingaben je Kanal</translation>
    </message>
    <message>
        <source>input channel</source>
        <translation>Eingangskanal</translation>
    </message>
    <message>
        <source>abs-max, log</source>
        <translation>Abs-Max, log</translation>
    </message>
    <message>
        <source>Hessian Diagonal by Channel</source>
        <translation>Diagonale der Hessian je Kanal</translation>
    </message>
    <message>
        <source>2 · mean of x², log</source>
        <translation>2 · Mittel von x², log</translation>
    </message>
    <message>
        <source>Hessian Eigenvalues ÷ Largest</source>
        <translation>Eigenwerte der Hessian ÷ größter</translation>
    </message>
    <message>
        <source>eigenvalue number, log</source>
        <translation>Nummer des Eigenwerts, log</translation>
    </message>
    <message>
        <source>÷ largest, log</source>
        <translation>÷ größter, log</translation>
    </message>
    <message>
        <source>Error by Row</source>
        <translation>Fehler je Zeile</translation>
    </message>
    <message>
        <source>output row</source>
        <translation>Ausgabezeile</translation>
    </message>
    <message>
        <source>|W − Q| ÷ |W|</source>
        <translation>|W − Q| ÷ |W|</translation>
    </message>
    <message>
        <source>Error by Column</source>
        <translation>Fehler je Spalte</translation>
    </message>
    <message>
        <source>Codes Used</source>
        <translation>Benutzte Codes</translation>
    </message>
    <message>
        <source>code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>weights, log</source>
        <translation>Gewichte, log</translation>
    </message>
    <message>
        <source>Weights and Inputs</source>
        <translation>Gewichte und Eingaben</translation>
    </message>
    <message>
        <source>Hessian</source>
        <translation>Hessian</translation>
    </message>
    <message>
        <source>Error by Row and Column</source>
        <translation>Fehler je Zeile und Spalte</translation>
    </message>
    <message>
        <source>Select a layer in the map or the tree.</source>
        <translation>Wählen Sie einen Layer in der Karte oder im Baum aus.</translation>
    </message>
    <message>
        <source>Reading the layer…</source>
        <translation>Layer wird gelesen…</translation>
    </message>
    <message>
        <source>median %1 · %2 over 10 × median · %3 dead</source>
        <translation>Median %1 · %2 über 10 × Median · %3 tot</translation>
    </message>
    <message>
        <source>trace %1 · from %2 tokens</source>
        <translation>Spur %1 · aus %2 Token</translation>
    </message>
    <message>
        <source>Computing the eigenvalues…</source>
        <translation>Eigenwerte werden berechnet…</translation>
    </message>
    <message>
        <source>the first %1 carry %2 %</source>
        <translation>die ersten %1 tragen %2 %</translation>
    </message>
    <message>
        <source>Select a finished run to see its errors here.</source>
        <translation>Ein fertiger ausgewählter Lauf zeigt hier seine Fehler.</translation>
    </message>
    <message>
        <source>%1 of %2 are used</source>
        <translation>%1 von %2 sind benutzt</translation>
    </message>
    <message>
        <source>Charts of the layer</source>
        <translation>Diagramme des Layers</translation>
    </message>
    <message>
        <source>%1 · charts of %2 of %3 selected layers</source>
        <translation>%1 · Diagramme von %2 der %3 ausgewählten Schichten</translation>
    </message>
</context>
<context>
    <name>kerf::ui::JobBar</name>
    <message>
        <source>Progress of the job</source>
        <translation>Fortschritt des Jobs</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>wird angehalten…</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 left of this step</source>
        <translation>noch %1 in diesem Schritt</translation>
    </message>
    <message>
        <source>%1 of %2 layers safe on disk</source>
        <translation>%1 von %2 Layern sicher auf der Festplatte</translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) beside</source>
        <translation>
            <numerusform>%n Job daneben</numerusform>
            <numerusform>%n Jobs daneben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in the queue</source>
        <translation>
            <numerusform>%n in der Warteschlange</numerusform>
            <numerusform>%n in der Warteschlange</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kerf::ui::JobCenter</name>
    <message>
        <source>waits for %1, which runs alone</source>
        <translation>wartet auf %1, das allein läuft</translation>
    </message>
    <message>
        <source>waits for %1</source>
        <translation>wartet auf %1</translation>
    </message>
    <message>
        <source>waits for %1: times are taken alone</source>
        <translation>wartet auf %1: Zeiten werden allein gemessen</translation>
    </message>
    <message>
        <source>waits for its turn</source>
        <translation>wartet, bis die Reihe an ihm ist</translation>
    </message>
    <message>
        <source>Warning: %1</source>
        <translation>Warnung: %1</translation>
    </message>
    <message>
        <source>Error: %1</source>
        <translation>Fehler: %1</translation>
    </message>
    <message>
        <source>finished layers are kept</source>
        <translation>fertige Layer bleiben erhalten</translation>
    </message>
</context>
<context>
    <name>kerf::ui::JobDetail</name>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Log of the job</source>
        <translation>Protokoll des Jobs</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Seconds a Layer</source>
        <translation>Sekunden je Layer</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation>Fortschritt des Jobs</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>wird angehalten…</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 left of this step</source>
        <translation>noch %1 in diesem Schritt</translation>
    </message>
    <message>
        <source>took %1</source>
        <translation>dauerte %1</translation>
    </message>
    <message>
        <source>%1 of %2 layers safe on disk</source>
        <translation>%1 von %2 Layern sicher auf der Festplatte</translation>
    </message>
    <message>
        <source>No job is selected</source>
        <translation>Kein Job ist ausgewählt</translation>
    </message>
    <message>
        <source>Goes on where the job stopped; finished layers are not made again</source>
        <translation>Geht dort weiter, wo der Job anhielt; fertige Layer werden nicht noch einmal gemacht</translation>
    </message>
    <message>
        <source>This job is not one that stopped</source>
        <translation>Dieser Job ist keiner, der anhielt</translation>
    </message>
    <message>
        <source>Details of the job</source>
        <translation>Einzelheiten des Jobs</translation>
    </message>
</context>
<context>
    <name>kerf::ui::JobLayers</name>
    <message>
        <source>Layers of the job</source>
        <translation>Layer des Jobs</translation>
    </message>
    <message>
        <source>Retry Layer…</source>
        <translation>Layer wiederholen…</translation>
    </message>
    <message numerus="yes">
        <source>%1 was rounded to nearest instead: %2 (and %n more layer(s))</source>
        <translation>
            <numerusform>%1 wurde stattdessen zum Nächsten gerundet: %2 (und %n weiterer Layer)</numerusform>
            <numerusform>%1 wurde stattdessen zum Nächsten gerundet: %2 (und %n weitere Layer)</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 was rounded to nearest instead: %2</source>
        <translation>%1 wurde stattdessen zum Nächsten gerundet: %2</translation>
    </message>
</context>
<context>
    <name>kerf::ui::JobModel</name>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>wird angehalten…</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Job</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Noch</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Expected by what was measured on this machine; about %1 of memory</source>
        <translation>Erwartet nach dem, was auf dieser Maschine gemessen wurde; etwa %1 Speicher</translation>
    </message>
    <message>
        <source>Not all of it was measured on this machine yet; about %1 of memory</source>
        <translation>Noch nicht alles davon wurde auf dieser Maschine gemessen; etwa %1 Speicher</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>kerf::ui::JobsPanel</name>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
    <message>
        <source>No jobs yet. Profile, Run Plan and Export appear here with their log.</source>
        <translation>Noch keine Jobs. „Profilieren“, „Plan ausführen“ und „Export“ erscheinen hier mit ihrem Protokoll.</translation>
    </message>
    <message>
        <source>Search jobs</source>
        <translation>Jobs suchen</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Show the jobs that ended, too</source>
        <translation>Auch beendete Jobs zeigen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::KeepDialog</name>
    <message>
        <source>Keep Sensitive Layers</source>
        <translation>Empfindliche Layer behalten</translation>
    </message>
    <message>
        <source>in the format</source>
        <translation>im Format</translation>
    </message>
    <message>
        <source>Keeps</source>
        <translation>Behält</translation>
    </message>
    <message>
        <source>Gives</source>
        <translation>Ergibt</translation>
    </message>
    <message>
        <source>Keep in 16 Bit</source>
        <translation>In 16 Bit behalten</translation>
    </message>
    <message>
        <source>Predicted %1 of the layer above</source>
        <translation>Vorhergesagte %1 des Layers über</translation>
    </message>
</context>
<context>
    <name>kerf::ui::KldHistogram</name>
    <message>
        <source>Tokens by KLD</source>
        <translation>Token nach KLD</translation>
    </message>
    <message>
        <source>KLD of one token, nats</source>
        <translation>KLD eines Tokens, nats</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayerDifferenceModel</name>
    <message>
        <source>Layer</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Format %1</source>
        <translation>Format %1</translation>
    </message>
    <message>
        <source>Error %1</source>
        <translation>Fehler %1</translation>
    </message>
    <message>
        <source>Apart</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>Codes ≠</source>
        <translation>Codes ≠</translation>
    </message>
    <message>
        <source>In the model&apos;s order</source>
        <translation>In der Reihenfolge des Modells</translation>
    </message>
    <message>
        <source>Size of what rounding changed in the weight, by the size of the weight, in %1</source>
        <translation>Größe dessen, was das Runden am Gewicht änderte, durch die Größe des Gewichts, in %1</translation>
    </message>
    <message>
        <source>Size of the difference of the two weights, by the size of the original&apos;s</source>
        <translation>Größe des Unterschieds der beiden Gewichte, durch die Größe des originalen</translation>
    </message>
    <message>
        <source>Share of the codes that are not the same, where both have one format</source>
        <translation>Anteil der Codes, die nicht gleich sind, wo beide ein Format haben</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayerDifferencePanel</name>
    <message>
        <source>Layers of both runs</source>
        <translation>Layer beider Läufe</translation>
    </message>
    <message>
        <source>Reading the layers of both…</source>
        <translation>Layer beider Läufe werden gelesen…</translation>
    </message>
    <message>
        <source>Every layer has another format in %1 than in %2.</source>
        <translation>Jeder Layer hat in %1 ein anderes Format als in %2.</translation>
    </message>
    <message>
        <source>%1 of %2 layers have one format in both: in %3 of them every code is the same, in %4 some differ.</source>
        <translation>%1 von %2 Layern haben in beiden dasselbe Format: In %3 davon ist jeder Code gleich, in %4 unterscheiden sich manche.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayerErrorChart</name>
    <message>
        <source>Error of each layer of the compared runs</source>
        <translation>Fehler jedes Layers der verglichenen Läufe</translation>
    </message>
    <message>
        <source>layer, in the order of the model</source>
        <translation>Layer, in der Reihenfolge des Modells</translation>
    </message>
    <message>
        <source>relative output error (lower is better)</source>
        <translation>relativer Ausgabefehler (niedriger ist besser)</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>No layer of these runs has a measured error: that takes a calibration text. Checkpoints of others have none, and layers in 16 bit make none.</source>
        <translation>Kein Layer dieser Läufe hat einen gemessenen Fehler: Das braucht einen Kalibrierungstext. Fremde Checkpoints haben keinen, und Layer in 16 Bit machen keinen.</translation>
    </message>
    <message>
        <source>block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>%1: %2 in %3</source>
        <translation>%1: %2 in %3</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>relative error ↓</source>
        <translation>relativer Fehler ↓</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayerFormatsModel</name>
    <message>
        <source>%1 (keep)</source>
        <translation>%1 (behalten)</translation>
    </message>
    <message>
        <source>%1, in the plan</source>
        <translation>%1, im Plan</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Relative Error</source>
        <translation>Relativer Fehler</translation>
    </message>
    <message>
        <source>Bits per weight of this layer, scales and zero points counted</source>
        <translation>Bits je Gewicht dieses Layers, Skalen und Nullpunkte mitgezählt</translation>
    </message>
    <message>
        <source>What the layer takes in this format</source>
        <translation>Was der Layer in diesem Format belegt</translation>
    </message>
    <message>
        <source>tr(D H Dᵀ) / tr(W H Wᵀ): how far the layer&apos;s outputs are off, relative to what they are</source>
        <translation>tr(D H Dᵀ) / tr(W H Wᵀ): wie weit die Ausgaben des Layers daneben liegen, gemessen an dem, was sie sind</translation>
    </message>
    <message>
        <source>What the layer adds to the divergence by the plan&apos;s method, with its standard error</source>
        <translation>Was der Layer mit der Methode des Plans zur Divergenz beiträgt, mit Standardfehler</translation>
    </message>
    <message>
        <source>Divergence as it was measured with this layer alone in this format; Ctrl+M measures it in the plan&apos;s format</source>
        <translation>Divergenz, wie sie mit diesem Layer allein in diesem Format gemessen wurde; Strg+M misst sie im Format des Plans</translation>
    </message>
    <message>
        <source>Predicted %1</source>
        <translation>Vorhergesagte %1</translation>
    </message>
    <message>
        <source>Swap-In %1</source>
        <translation>Swap-in-%1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayerFormatsPage</name>
    <message>
        <source>Formats of one layer</source>
        <translation>Formate eines Layers</translation>
    </message>
    <message>
        <source>Select a layer in the map or the tree: its formats stand here, with what each takes and costs.</source>
        <translation>Wählen Sie einen Layer in der Karte oder im Baum aus: Hier stehen seine Formate und was jedes belegt und kostet.</translation>
    </message>
    <message>
        <source>%1 × %2 · in the plan %3 by %4</source>
        <translation>%1 × %2 · im Plan %3 mit %4</translation>
    </message>
    <message>
        <source>%1 · locked</source>
        <translation>%1 · gesperrt</translation>
    </message>
    <message>
        <source>%1 · Enter or a double click sets a format</source>
        <translation>%1 · Eingabetaste oder Doppelklick setzt ein Format</translation>
    </message>
    <message>
        <source>%1 · errors and divergences need a profile (Ctrl+P) · Enter sets a format</source>
        <translation>%1 · Fehler und Divergenzen brauchen ein Profil (Strg+P) · Eingabetaste setzt ein Format</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayerLogModel</name>
    <message>
        <source>÷ %1</source>
        <translation>÷ %1</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>from disk</source>
        <translation>von der Festplatte</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Method and format</source>
        <translation>Methode und Format</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>against rtn</source>
        <translation>gegen rtn</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>relative output error: tr(D H Dᵀ) / tr(W H Wᵀ)</source>
        <translation>relativer Ausgabefehler: tr(D H Dᵀ) / tr(W H Wᵀ)</translation>
    </message>
    <message>
        <source>error of plain rounding divided by this error</source>
        <translation>Fehler einfachen Rundens geteilt durch diesen Fehler</translation>
    </message>
    <message>
        <source>seconds of work on this layer</source>
        <translation>Sekunden Arbeit an diesem Layer</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayerTimesChart</name>
    <message>
        <source>Seconds a layer, done and expected</source>
        <translation>Sekunden je Layer, fertig und erwartet</translation>
    </message>
    <message>
        <source>filled: done · grey: expected from earlier runs</source>
        <translation>gefüllt: fertig · grau: erwartet nach früheren Läufen</translation>
    </message>
    <message>
        <source>layer, in the model&apos;s order</source>
        <translation>Layer, in der Reihenfolge des Modells</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>No layer was made yet, and none was timed on this machine before.</source>
        <translation>Noch wurde kein Layer gemacht, und auf dieser Maschine wurde noch keiner gemessen.</translation>
    </message>
    <message>
        <source>%1: taken from disk</source>
        <translation>%1: von der Festplatte geholt</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: %2 expected</source>
        <translation>%1: %2 erwartet</translation>
    </message>
    <message>
        <source>%1: not measured yet</source>
        <translation>%1: noch nicht gemessen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayerTreeModel</name>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Stays as it is stored: %1</source>
        <translation>Bleibt, wie er gespeichert ist: %1</translation>
    </message>
    <message>
        <source>In the selected run: %1</source>
        <translation>Im ausgewählten Lauf: %1</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Place of the layer in the model</source>
        <translation>Ort des Layers im Modell</translation>
    </message>
    <message>
        <source>Number format that the plan gives it</source>
        <translation>Zahlenformat, das der Plan ihm gibt</translation>
    </message>
    <message>
        <source>Bytes in that format, scales and zero points counted</source>
        <translation>Bytes in diesem Format, Skalen und Nullpunkte mitgezählt</translation>
    </message>
    <message>
        <source>Predicted, what this layer adds; 0 is identical: %1</source>
        <translation>Vorhergesagt, was dieser Layer hinzufügt; 0 ist identisch: %1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LayersPanel</name>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Filter layers</source>
        <translation>Layer filtern</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Show Predicted Divergence</source>
        <translation>Vorhergesagte Divergenz zeigen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LengthsChart</name>
    <message>
        <source>Documents by their length in tokens</source>
        <translation>Dokumente nach ihrer Länge in Token</translation>
    </message>
    <message>
        <source>dashed: the length of a window</source>
        <translation>gestrichelt: die Länge eines Fensters</translation>
    </message>
    <message>
        <source>tokens of a document</source>
        <translation>Token eines Dokuments</translation>
    </message>
    <message>
        <source>documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>%1–%2</source>
        <comment>tokens</comment>
        <translation>%1–%2</translation>
    </message>
    <message>
        <source>The text has no documents.</source>
        <translation>Der Text hat keine Dokumente.</translation>
    </message>
    <message>
        <source>%1 tokens: %2 documents with %3 tokens together</source>
        <translation>%1 Token: %2 Dokumente mit zusammen %3 Token</translation>
    </message>
    <message>
        <source>tokens from</source>
        <translation>Token von</translation>
    </message>
    <message>
        <source>tokens to</source>
        <translation>Token bis</translation>
    </message>
    <message>
        <source>tokens together</source>
        <translation>Token zusammen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LensDialog</name>
    <message>
        <source>Other</source>
        <translation>Anderer Text</translation>
    </message>
    <message>
        <source>Through the Lens</source>
        <translation>Durch die Linse</translation>
    </message>
    <message>
        <source>Calibrates on an eighth, a quarter, half and all of the windows, and tells whether the order of the layers by their error still changes. With another text it also tells how far the largest magnitude of each input channel differs there.</source>
        <translation>Kalibriert auf einem Achtel, einem Viertel, der Hälfte und allen Fenstern und sagt, ob sich die Reihenfolge der Schichten nach ihrem Fehler noch ändert. Mit einem anderen Text sagt es auch, wie weit der größte Betrag jedes Eingangskanals dort abweicht.</translation>
    </message>
    <message>
        <source>Cut like the calibration text. Empty: only the order of the layers is looked at</source>
        <translation>Geschnitten wie der Kalibrierungstext. Leer: Nur die Reihenfolge der Schichten wird betrachtet</translation>
    </message>
    <message>
        <source>The layers are ordered by their error when they are rounded to nearest in it</source>
        <translation>Die Schichten werden nach ihrem Fehler geordnet, wenn sie in diesem Format zum Nächsten gerundet werden</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Other text</source>
        <translation>Anderer Text</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>%1, %2 windows of %3 tokens</source>
        <translation>%1, %2 Fenster aus %3 Tokens</translation>
    </message>
    <message>
        <source>%1, all windows of %2 tokens</source>
        <translation>%1, alle Fenster aus %2 Tokens</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LensView</name>
    <message>
        <source>%1×</source>
        <comment>a ratio</comment>
        <translation>%1×</translation>
    </message>
    <message>
        <source>%1 %</source>
        <comment>per cent</comment>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1: %2 to %3</source>
        <comment>channel, its largest magnitude here and there</comment>
        <translation>%1: %2 zu %3</translation>
    </message>
    <message>
        <source>Seen Through the Lens</source>
        <translation>Durch die Linse gesehen</translation>
    </message>
    <message>
        <source>Order of Layers</source>
        <translation>Reihenfolge der Schichten</translation>
    </message>
    <message>
        <source>Channel Ranges</source>
        <translation>Bereiche der Kanäle</translation>
    </message>
    <message>
        <source>No other text was given, so there is nothing to compare the channels&apos; ranges with.</source>
        <translation>Es wurde kein anderer Text gegeben, mit dem die Bereiche der Kanäle verglichen werden könnten.</translation>
    </message>
    <message>
        <source>Channel ranges of every site on the other text over those on the calibration text</source>
        <translation>Bereiche der Kanäle jeder Stelle auf dem anderen Text im Verhältnis zu denen auf dem Kalibrierungstext</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>5 %</source>
        <translation>5 %</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>95 %</source>
        <translation>95 %</translation>
    </message>
    <message>
        <source>Moved</source>
        <translation>Verschoben</translation>
    </message>
    <message>
        <source>Farthest Channel</source>
        <translation>Fernster Kanal</translation>
    </message>
    <message>
        <source>Channels whose largest magnitude differs by more than a factor of 2</source>
        <translation>Kanäle, deren größter Betrag um mehr als den Faktor 2 abweicht</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LookDialog</name>
    <message>
        <source>Only what &amp;changed</source>
        <translation>Nur &amp;Geändertes</translation>
    </message>
    <message>
        <source>Samples of %1</source>
        <translation>Proben von %1</translation>
    </message>
    <message>
        <source>Choose &amp;Pictures…</source>
        <translation>&amp;Bilder wählen…</translation>
    </message>
    <message>
        <source>Choose a folder of pictures to see what the run finds in them beside the original.</source>
        <translation>Wählen Sie einen Ordner mit Bildern, um zu sehen, was der Lauf neben dem Original darin findet.</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Pictures to Look At</source>
        <translation>Bilder zum Ansehen</translation>
    </message>
    <message>
        <source>Looking at the samples…</source>
        <translation>Die Proben werden angesehen…</translation>
    </message>
    <message>
        <source>%1 of %2 samples of %3 changed.</source>
        <translation>%1 von %2 Proben aus %3 haben sich geändert.</translation>
    </message>
    <message>
        <source>Error over Steps</source>
        <translation>Fehler über die Schritte</translation>
    </message>
    <message>
        <source>Thin: both found it. Thick: only this one did. Dashed: only the other did.</source>
        <translation>Dünn: beide haben es gefunden. Dick: nur dieses. Gestrichelt: nur das andere.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::LookTableModel</name>
    <message>
        <source>%1: %2 %</source>
        <comment>a class and its probability</comment>
        <translation>%1: %2 %</translation>
    </message>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n Objekt</numerusform>
            <numerusform>%n Objekte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n lost</source>
        <translation>
            <numerusform>%n verloren</numerusform>
            <numerusform>%n verloren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n neu</numerusform>
            <numerusform>%n neu</numerusform>
        </translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Probe</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Divergence</source>
        <translation>Divergenz</translation>
    </message>
</context>
<context>
    <name>kerf::ui::MainWindow</name>
    <message>
        <source>Kerf</source>
        <translation>Kerf</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n Thread</numerusform>
            <numerusform>%n Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>sleep is held off</source>
        <translation>Ruhezustand wird verhindert</translation>
    </message>
    <message>
        <source>The machine does not go to sleep by itself while a job runs</source>
        <translation>Die Maschine geht nicht von selbst in den Ruhezustand, solange ein Job läuft</translation>
    </message>
    <message>
        <source>%1 — Kerf</source>
        <translation>%1 — Kerf</translation>
    </message>
    <message>
        <source>Stop the Job?</source>
        <translation>Job anhalten?</translation>
    </message>
    <message>
        <source>%1 is running. Finished layers are safe on disk, and the job can go on later from Jobs.</source>
        <translation>%1 läuft. Fertige Layer sind sicher auf der Festplatte, und der Job lässt sich später unter „Jobs“ fortsetzen.</translation>
    </message>
    <message>
        <source>Stop and Close</source>
        <translation>Anhalten und schließen</translation>
    </message>
    <message>
        <source>Keep Running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ManualWindow</name>
    <message>
        <source>Not on this page</source>
        <translation>Nicht auf dieser Seite</translation>
    </message>
    <message>
        <source>Pages of the manual</source>
        <translation>Seiten des Handbuchs</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Find in this page</source>
        <translation>Auf dieser Seite suchen</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>Zurück (Alt+Links)</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward (Alt+Right)</source>
        <translation>Vorwärts (Alt+Rechts)</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vorwärts</translation>
    </message>
    <message>
        <source>%1 — Manual</source>
        <translation>%1 — Handbuch</translation>
    </message>
</context>
<context>
    <name>kerf::ui::MeasureChoice</name>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>What the colours say</source>
        <translation>Was die Farben sagen</translation>
    </message>
    <message>
        <source>Format of the measure</source>
        <translation>Format des Maßes</translation>
    </message>
    <message>
        <source>Plan to compare with</source>
        <translation>Plan, mit dem verglichen wird</translation>
    </message>
    <message>
        <source>Scale of the colours</source>
        <translation>Skala der Farben</translation>
    </message>
    <message>
        <source>Relative error</source>
        <translation>Rel. Fehler</translation>
    </message>
    <message>
        <source>Relative output error of every layer at one format</source>
        <translation>Relativer Ausgabefehler jedes Layers bei einem Format</translation>
    </message>
    <message>
        <source>Cost in this plan</source>
        <translation>Kosten in diesem Plan</translation>
    </message>
    <message>
        <source>Hessian trace</source>
        <translation>Spur der Hessian</translation>
    </message>
    <message>
        <source>Trace of the Hessian of the layer&apos;s inputs</source>
        <translation>Spur der Hessian der Eingaben des Layers</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>The format that each layer has in the plan</source>
        <translation>Das Format, das jeder Layer im Plan hat</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Was sich änderte</translation>
    </message>
    <message>
        <source>Bits per weight more or less than in another plan</source>
        <translation>Bits je Gewicht mehr oder weniger als in einem anderen Plan</translation>
    </message>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>log, one scale</source>
        <translation>log, eine Skala</translation>
    </message>
    <message>
        <source>linear, one scale</source>
        <translation>linear, eine Skala</translation>
    </message>
    <message>
        <source>Logarithmic colours tell small values apart, linear ones show which layers matter. One scale covers all profiled formats, so that colours keep their meaning while format or plan change; else it covers what is shown</source>
        <translation>Logarithmische Farben unterscheiden kleine Werte, lineare zeigen, auf welche Layer es ankommt. Eine Skala umfasst alle profilierten Formate, sodass Farben ihre Bedeutung behalten, wenn Format oder Plan wechseln; sonst umfasst sie, was gezeigt wird</translation>
    </message>
    <message>
        <source>as opened or solved</source>
        <translation>wie geöffnet oder gelöst</translation>
    </message>
    <message>
        <source>before the last step</source>
        <translation>vor dem letzten Schritt</translation>
    </message>
    <message>
        <source>Calibration tokens</source>
        <translation>Kalibrierungs-Token</translation>
    </message>
    <message>
        <source>How many calibration tokens came to the layer: a router sends each to a few experts. Layers of experts that saw too few are rounded to nearest</source>
        <translation>Wie viele Kalibrierungs-Token zur Schicht kamen: ein Router schickt jedes zu wenigen Experten. Schichten von Experten, die zu wenige sahen, werden zum nächsten Wert gerundet</translation>
    </message>
    <message>
        <source>Predicted: what each layer adds to the divergence in the format it has. An even map is a good plan</source>
        <translation>Vorhergesagt: was jeder Layer in dem Format, das er hat, zur Divergenz beiträgt. Eine gleichmäßige Karte ist ein guter Plan</translation>
    </message>
    <message>
        <source>Swap-in divergence</source>
        <translation>Swap-in-Divergenz</translation>
    </message>
    <message>
        <source>Measured divergence with this layer alone in one format; grey where it was not measured (Ctrl+M measures it)</source>
        <translation>Gemessene Divergenz mit diesem Layer allein in einem Format; grau, wo sie nicht gemessen wurde (Strg+M misst sie)</translation>
    </message>
</context>
<context>
    <name>kerf::ui::MemoryBar</name>
    <message>
        <source>Weights %1, key/value cache %2</source>
        <translation>Gewichte %1, Key/Value-Cache %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>cache</source>
        <translation>Cache</translation>
    </message>
</context>
<context>
    <name>kerf::ui::MessageBar</name>
    <message>
        <source>Dismiss message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
</context>
<context>
    <name>kerf::ui::MetricTableModel</name>
    <message>
        <source>On %1</source>
        <translation>Auf %1</translation>
    </message>
    <message>
        <source>%1 less %2: %3 %4</source>
        <translation>%1 minus %2: %3 %4</translation>
    </message>
    <message>
        <source>95 % interval: %1</source>
        <translation>95-%-Intervall: %1</translation>
    </message>
    <message>
        <source>The interval holds 0: the two cannot be told apart. That does not prove them equal.</source>
        <translation>Das Intervall enthält 0: Die beiden sind nicht zu unterscheiden. Das beweist nicht, dass sie identisch sind.</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>Metrik</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 − %2</source>
        <translation>%1 − %2</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ModelCaption</name>
    <message numerus="yes">
        <source>%1 · %2 · %n layer(s) · %3 — %4</source>
        <translation>
            <numerusform>%1 · %2 · %n Layer · %3 — %4</numerusform>
            <numerusform>%1 · %2 · %n Layer · %3 — %4</numerusform>
        </translation>
    </message>
    <message>
        <source>already quantized (%1) · %2</source>
        <translation>schon quantisiert (%1) · %2</translation>
    </message>
    <message>
        <source>no family fits: weights only · %1</source>
        <translation>keine Familie passt: nur Gewichte · %1</translation>
    </message>
    <message>
        <source>weights stored as %1 · %2</source>
        <translation>Gewichte gespeichert als %1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>⚠ %n note(s) · %1</source>
        <translation>
            <numerusform>⚠ %n Hinweis · %1</numerusform>
            <numerusform>⚠ %n Hinweise · %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kerf::ui::ModelPanel</name>
    <message>
        <source>Transforms before the rounding</source>
        <translation>Transformationen vor dem Runden</translation>
    </message>
    <message>
        <source>Key/value cache of all blocks</source>
        <translation>Key/Value-Cache aller Blöcke</translation>
    </message>
    <message>
        <source>Transforms</source>
        <translation>Transformationen</translation>
    </message>
    <message>
        <source>Unsigned bytes (u8-tensor)</source>
        <translation>Vorzeichenlose Bytes (u8-tensor)</translation>
    </message>
</context>
<context>
    <name>kerf::ui::NoteDialog</name>
    <message>
        <source>Note and Tags of %1</source>
        <translation>Notiz und Schlagwörter von %1</translation>
    </message>
    <message>
        <source>What this run is for, what you saw in it</source>
        <translation>Wozu dieser Lauf dient, was Sie daran gesehen haben</translation>
    </message>
    <message>
        <source>release, edge</source>
        <translation>Release, Edge</translation>
    </message>
    <message>
        <source>Words that runs are found by, separated by commas</source>
        <translation>Wörter, nach denen Läufe gefunden werden, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>&amp;Note</source>
        <translation>&amp;Notiz</translation>
    </message>
    <message>
        <source>&amp;Tags</source>
        <translation>&amp;Schlagwörter</translation>
    </message>
</context>
<context>
    <name>kerf::ui::NumberBench</name>
    <message>
        <source>Not a number: %1</source>
        <translation>Keine Zahl: %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 has %n bit(s): %2 is no code of it</source>
        <translation>
            <numerusform>%1 hat %n Bit: %2 ist kein Code davon</numerusform>
            <numerusform>%1 hat %n Bits: %2 ist kein Code davon</numerusform>
        </translation>
    </message>
    <message>
        <source>A scale is a number above 0</source>
        <translation>Eine Skala ist eine Zahl über 0</translation>
    </message>
    <message>
        <source>%1
wanted %2
stored %3
code %4
error %5
%6</source>
        <translation>%1
gewollt %2
gespeichert %3
Code %4
Fehler %5
%6</translation>
    </message>
</context>
<context>
    <name>kerf::ui::NumberFormatsPage</name>
    <message>
        <source>Number formats</source>
        <translation>Zahlenformate</translation>
    </message>
    <message>
        <source>Number format</source>
        <translation>Zahlenformat</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Number Line</source>
        <translation>Zahlengerade</translation>
    </message>
    <message>
        <source>Conversion Chain</source>
        <translation>Umwandlungskette</translation>
    </message>
    <message>
        <source>On a Grid</source>
        <translation>Auf einem Raster</translation>
    </message>
    <message>
        <source>Parts of the page</source>
        <translation>Teile der Seite</translation>
    </message>
</context>
<context>
    <name>kerf::ui::NumberLine</name>
    <message>
        <source>Values on a Number Line</source>
        <translation>Werte auf einer Zahlengeraden</translation>
    </message>
    <message>
        <source>Click to take the value</source>
        <translation>Klick übernimmt den Wert</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>logarithmisch</translation>
    </message>
    <message>
        <source>Spacing of the line</source>
        <translation>Einteilung der Geraden</translation>
    </message>
    <message>
        <source>−1 … 1</source>
        <translation>−1 … 1</translation>
    </message>
    <message>
        <source>around the value</source>
        <translation>um den Wert herum</translation>
    </message>
    <message>
        <source>Part of the line</source>
        <translation>Ausschnitt der Geraden</translation>
    </message>
    <message>
        <source>Formats ▾</source>
        <translation>Formate ▾</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>value ÷ largest of its format</source>
        <translation>Wert ÷ größter seines Formats</translation>
    </message>
    <message>
        <source>as they are</source>
        <translation>wie sie sind</translation>
    </message>
    <message>
        <source>each scaled so that its largest is 1</source>
        <translation>jedes so skaliert, dass sein größter 1 ist</translation>
    </message>
    <message>
        <source>%1 values</source>
        <translation>%1 Werte</translation>
    </message>
</context>
<context>
    <name>kerf::ui::NumberList</name>
    <message>
        <source>&lt;b&gt;Used by the plan&lt;/b&gt;</source>
        <translation>&lt;b&gt;Im Plan verwendet&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Number formats</source>
        <translation>Zahlenformate</translation>
    </message>
    <message>
        <source>Filter: fp8, 4 bit, block</source>
        <translation>Filter: fp8, 4 Bit, Block</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>&lt;a href=&quot;%1&quot;&gt;%1&lt;/a&gt;: %n layer(s)</source>
        <translation>
            <numerusform>&lt;a href=&quot;%1&quot;&gt;%1&lt;/a&gt;: %n Layer</numerusform>
            <numerusform>&lt;a href=&quot;%1&quot;&gt;%1&lt;/a&gt;: %n Layer</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kerf::ui::NumberListModel</name>
    <message>
        <source>%1 %2 %3 bit %4</source>
        <translation>%1 %2 %3 Bit %4</translation>
    </message>
    <message>
        <source>%1
Scale: %2</source>
        <translation>%1
Skala: %2</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Bits per weight with scales and zero points counted</source>
        <translation>Bits je Gewicht, Skalen und Nullpunkte mitgezählt</translation>
    </message>
    <message>
        <source>Largest value at scale 1</source>
        <translation>Größter Wert bei Skala 1</translation>
    </message>
    <message>
        <source>Significant decimal digits: bits of the significand times log₁₀ 2</source>
        <translation>Gültige Dezimalstellen: Bits des Signifikanden mal log₁₀ 2</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Größter</translation>
    </message>
    <message>
        <source>Digits</source>
        <translation>Stellen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::OutputFolder</name>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Folder to write</source>
        <translation>Zu schreibender Ordner</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Folder in Which to Write</source>
        <translation>Ordner, in den geschrieben wird</translation>
    </message>
    <message>
        <source>Left here by exports that did not finish: %1 (%2)</source>
        <translation>Von nicht beendeten Exporten hier übrig: %1 (%2)</translation>
    </message>
    <message>
        <source>Name a folder that does not exist yet.</source>
        <translation>Nennen Sie einen Ordner, den es noch nicht gibt.</translation>
    </message>
    <message>
        <source>%1 exists already. Nothing is overwritten: choose another name.</source>
        <translation>%1 gibt es schon. Nichts wird überschrieben: Wählen Sie einen anderen Namen.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PanelLayout</name>
    <message>
        <source>Panels</source>
        <translation>Panels</translation>
    </message>
</context>
<context>
    <name>kerf::ui::Panels</name>
    <message>
        <source>model (quantized: %1)</source>
        <translation>Modell (quantisiert: %1)</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Transforms</source>
        <translation>Transformationen</translation>
    </message>
    <message>
        <source>Transforms before the rounding, and the key/value cache</source>
        <translation>Transformationen vor dem Runden und der Key/Value-Cache</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>Diagramme</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
    <message>
        <source>Runs and Jobs</source>
        <translation>Läufe und Jobs</translation>
    </message>
    <message>
        <source>No runs yet. Run the plan to see what it costs and what it gains.</source>
        <translation>Noch keine Läufe. Führen Sie den Plan aus, um zu sehen, was er kostet und was er bringt.</translation>
    </message>
    <message>
        <source>Use Predicted Plan %1</source>
        <translation>Vorhergesagten Plan %1 verwenden</translation>
    </message>
    <message>
        <source>◆ front · ◇ undecided</source>
        <translation>◆ Front · ◇ unentschieden</translation>
    </message>
    <message>
        <source>Pareto</source>
        <translation>Pareto</translation>
    </message>
    <message>
        <source>Formats and layer</source>
        <translation>Formate und Layer</translation>
    </message>
    <message>
        <source>Runs and jobs</source>
        <translation>Läufe und Jobs</translation>
    </message>
    <message>
        <source>◆ every other run is significantly worse on one of the two axes; ◇ not beaten, but it cannot be told from another run. Bars of a speed hold 95 % of later sittings; bars of a damage are standard errors. Behind a name ✓, ? or ✗: accepted, open or rejected by the gate of Decide.</source>
        <translation>◆ jeder andere Lauf ist auf einer der beiden Achsen signifikant schlechter; ◇ nicht geschlagen, aber von einem anderen Lauf nicht zu unterscheiden. Balken einer Geschwindigkeit halten 95 % späterer Sitzungen; Balken eines Schadens sind Standardfehler. Hinter einem Namen ✓, ? oder ✗: von der Prüfung unter „Entscheiden“ bestanden, offen oder abgelehnt.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ParetoChart</name>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhersage</translation>
    </message>
    <message>
        <source>Pareto chart of the runs</source>
        <translation>Pareto-Diagramm der Läufe</translation>
    </message>
    <message>
        <source>Horizontal axis</source>
        <translation>Waagerechte Achse</translation>
    </message>
    <message>
        <source>Decode speed</source>
        <translation>Decode-Geschwindigkeit</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Vertical axis</source>
        <translation>Senkrechte Achse</translation>
    </message>
    <message>
        <source>KLD</source>
        <translation>KLD</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>vs.</source>
        <translation>vs.</translation>
    </message>
    <message>
        <source>Runs are ranked by speed where their speeds can be told apart. How they drift is known from three sittings on, minutes apart, and for formats that have a kernel on this machine.</source>
        <translation>Läufe werden nach Geschwindigkeit gereiht, wo sich ihre Geschwindigkeiten unterscheiden lassen. Wie sie driften, ist ab drei Sitzungen im Abstand von Minuten bekannt und für Formate, die auf dieser Maschine einen Kernel haben.</translation>
    </message>
    <message>
        <source>Time the Kernels</source>
        <translation>Kernel messen</translation>
    </message>
    <message>
        <source>decode speed, × the original, 95 % bars (higher is better)</source>
        <translation>Decode-Geschwindigkeit, × Original, 95-%-Balken (höher ist besser)</translation>
    </message>
    <message>
        <source>size, MB (lower is better)</source>
        <translation>Größe, MB (niedriger ist besser)</translation>
    </message>
    <message>
        <source>bits per weight (lower is better)</source>
        <translation>Bits je Gewicht (niedriger ist besser)</translation>
    </message>
    <message>
        <source>KLD, nats (lower is better)</source>
        <translation>KLD, nats (niedriger ist besser)</translation>
    </message>
    <message>
        <source>perplexity (lower is better)</source>
        <translation>Perplexität (niedriger ist besser)</translation>
    </message>
    <message>
        <source>No run is measured on these axes yet. Evaluate one, or choose other axes.</source>
        <translation>Auf diesen Achsen ist noch kein Lauf gemessen. Werten Sie einen aus oder wählen Sie andere Achsen.</translation>
    </message>
    <message>
        <source>No measured runs, no predicted front. A profile draws the front before the first run.</source>
        <translation>Keine gemessenen Läufe, keine vorhergesagte Front. Ein Profil zeichnet die Front vor dem ersten Lauf.</translation>
    </message>
    <message>
        <source>No measured runs yet. Run the plan: its speed and its damage appear here.</source>
        <translation>Noch keine gemessenen Läufe. Führen Sie den Plan aus: Seine Geschwindigkeit und sein Schaden erscheinen hier.</translation>
    </message>
    <message>
        <source>this plan (predicted)</source>
        <translation>dieser Plan (vorhergesagt)</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>Decode</translation>
    </message>
    <message>
        <source>Reads</source>
        <translation>Liest</translation>
    </message>
    <message>
        <source>Decode, measured once end to end</source>
        <translation>Decode, einmal von Anfang bis Ende gemessen</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>Enter or a double click makes it the plan</source>
        <translation>Eingabetaste oder Doppelklick macht ihn zum Plan</translation>
    </message>
    <message>
        <source>The solver&apos;s plans for budgets from the smallest plan to the best one</source>
        <translation>Die Pläne des Solvers für Budgets vom kleinsten Plan bis zum besten</translation>
    </message>
    <message numerus="yes">
        <source>The solver&apos;s plans for %n budget(s), found in %1 s, with a band of one standard error</source>
        <translation>
            <numerusform>Die Pläne des Solvers für %n Budget, in %1 s gefunden, mit einem Band von einem Standardfehler</numerusform>
            <numerusform>Die Pläne des Solvers für %n Budgets, in %1 s gefunden, mit einem Band von einem Standardfehler</numerusform>
        </translation>
    </message>
    <message>
        <source>decode speed, × the original ↑</source>
        <translation>Decode-Geschwindigkeit, × Original ↑</translation>
    </message>
    <message>
        <source>size, MB ↓</source>
        <translation>Größe, MB ↓</translation>
    </message>
    <message>
        <source>bits per weight ↓</source>
        <translation>Bits je Gewicht ↓</translation>
    </message>
    <message>
        <source>KLD, nats ↓</source>
        <translation>KLD, nats ↓</translation>
    </message>
    <message>
        <source>perplexity ↓</source>
        <translation>Perplexität ↓</translation>
    </message>
    <message>
        <source>The divergence is predicted, other measures are not</source>
        <translation>Die Abweichung wird vorhergesagt, andere Maße nicht</translation>
    </message>
    <message>
        <source>Cosine distance</source>
        <translation>Kosinusabstand</translation>
    </message>
    <message>
        <source>1 - cosine to the original (lower is better)</source>
        <translation>1 - Kosinus zum Original (niedriger ist besser)</translation>
    </message>
    <message>
        <source>1 - cosine ↓</source>
        <translation>1 - Kosinus ↓</translation>
    </message>
    <message>
        <source>Accuracy of classes</source>
        <translation>Genauigkeit der Klassen</translation>
    </message>
    <message>
        <source>accuracy on labelled texts (higher is better)</source>
        <translation>Genauigkeit an beschrifteten Texten (höher ist besser)</translation>
    </message>
    <message>
        <source>accuracy ↑</source>
        <translation>Genauigkeit ↑</translation>
    </message>
    <message>
        <source>F1, macro</source>
        <translation>F1, Makro</translation>
    </message>
    <message>
        <source>F1, mean over classes (higher is better)</source>
        <translation>F1, Mittel über Klassen (höher ist besser)</translation>
    </message>
    <message>
        <source>F1, macro ↑</source>
        <translation>F1, Makro ↑</translation>
    </message>
    <message>
        <source>F1 of entities</source>
        <translation>F1 der Entitäten</translation>
    </message>
    <message>
        <source>F1 of entities (higher is better)</source>
        <translation>F1 der Entitäten (höher ist besser)</translation>
    </message>
    <message>
        <source>F1 of entities ↑</source>
        <translation>F1 der Entitäten ↑</translation>
    </message>
    <message>
        <source>Spearman</source>
        <translation>Spearman</translation>
    </message>
    <message>
        <source>rank correlation with the scores (higher is better)</source>
        <translation>Rangkorrelation mit den Werten (höher ist besser)</translation>
    </message>
    <message>
        <source>Spearman ↑</source>
        <translation>Spearman ↑</translation>
    </message>
    <message>
        <source>Accuracy of answers</source>
        <translation>Genauigkeit der Antworten</translation>
    </message>
    <message>
        <source>accuracy of answers (higher is better)</source>
        <translation>Genauigkeit der Antworten (höher ist besser)</translation>
    </message>
    <message>
        <source>Squared difference</source>
        <translation>Quadrierte Differenz</translation>
    </message>
    <message>
        <source>squared difference from the original (lower is better)</source>
        <translation>quadrierte Differenz zum Original (kleiner ist besser)</translation>
    </message>
    <message>
        <source>squared difference ↓</source>
        <translation>quadrierte Differenz ↓</translation>
    </message>
    <message>
        <source>F1, micro</source>
        <translation>F1, mikro</translation>
    </message>
    <message>
        <source>F1, over all texts (higher is better)</source>
        <translation>F1, über alle Texte (größer ist besser)</translation>
    </message>
    <message>
        <source>F1, micro ↑</source>
        <translation>F1, mikro ↑</translation>
    </message>
    <message>
        <source>Accuracy of words</source>
        <translation>Genauigkeit der Wörter</translation>
    </message>
    <message>
        <source>share of words with the right tag (higher is better)</source>
        <translation>Anteil der Wörter mit dem richtigen Tag (größer ist besser)</translation>
    </message>
    <message>
        <source>accuracy of words ↑</source>
        <translation>Genauigkeit der Wörter ↑</translation>
    </message>
    <message>
        <source>Pearson</source>
        <translation>Pearson</translation>
    </message>
    <message>
        <source>linear correlation with the scores (higher is better)</source>
        <translation>lineare Korrelation mit den Bewertungen (größer ist besser)</translation>
    </message>
    <message>
        <source>Pearson ↑</source>
        <translation>Pearson ↑</translation>
    </message>
    <message>
        <source>Cosine to the original</source>
        <translation>Kosinus zum Original</translation>
    </message>
    <message>
        <source>cosine to the original&apos;s embeddings (higher is better)</source>
        <translation>Kosinus zu den Einbettungen des Originals (größer ist besser)</translation>
    </message>
    <message>
        <source>cosine ↑</source>
        <translation>Kosinus ↑</translation>
    </message>
    <message>
        <source>Exact match</source>
        <translation>Genaue Übereinstimmung</translation>
    </message>
    <message>
        <source>short answers that match (higher is better)</source>
        <translation>übereinstimmende kurze Antworten (größer ist besser)</translation>
    </message>
    <message>
        <source>exact match ↑</source>
        <translation>genaue Übereinstimmung ↑</translation>
    </message>
    <message>
        <source>F1 of answers</source>
        <translation>F1 der Antworten</translation>
    </message>
    <message>
        <source>F1 of short answers&apos; words (higher is better)</source>
        <translation>F1 der Wörter kurzer Antworten (größer ist besser)</translation>
    </message>
    <message>
        <source>F1 of answers ↑</source>
        <translation>F1 der Antworten ↑</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1 bits, predicted&lt;/b&gt;&lt;br&gt;%2 %3&lt;br&gt;%4</source>
        <translation>&lt;b&gt;%1 Bits, vorhergesagt&lt;/b&gt;&lt;br&gt;%2 %3&lt;br&gt;%4</translation>
    </message>
    <message>
        <source>Predicted plan of %1 bits per weight, %2, %3 %4</source>
        <translation>Vorhergesagter Plan mit %1 Bits je Gewicht, %2, %3 %4</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PatternDialog</name>
    <message>
        <source>Set Format by Pattern</source>
        <translation>Format nach Muster setzen</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Matches</source>
        <translation>Treffer</translation>
    </message>
    <message>
        <source>Set Format</source>
        <translation>Format setzen</translation>
    </message>
    <message>
        <source>Type a regular expression that matches layer names.</source>
        <translation>Geben Sie einen regulären Ausdruck ein, der auf Namen von Layern passt.</translation>
    </message>
    <message>
        <source>Set %1 to %2</source>
        <translation>%1 auf %2 setzen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PlanActions</name>
    <message>
        <source>Set Format %1</source>
        <translation>Format %1 setzen</translation>
    </message>
    <message>
        <source>Check Prediction</source>
        <translation>Vorhersage prüfen</translation>
    </message>
    <message>
        <source>Random plans to carry out and evaluate. Those measured before are not made again.</source>
        <translation>Zufällige Pläne, die ausgeführt und ausgewertet werden. Früher gemessene werden nicht noch einmal gemacht.</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Quantize Again?</source>
        <translation>Erneut quantisieren?</translation>
    </message>
    <message>
        <source>This model is quantized already (%1). Quantizing it again adds a second rounding to the first, and what is lost is measured against the first.
Open the model that it was made from, if you have it.</source>
        <translation>Dieses Modell ist schon quantisiert (%1). Es erneut zu quantisieren fügt der ersten Rundung eine zweite hinzu, und der Verlust wird gegen die erste gemessen.
Öffnen Sie das Modell, aus dem es entstand, wenn Sie es haben.</translation>
    </message>
    <message>
        <source>Quantize Again</source>
        <translation>Erneut quantisieren</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PlanBar</name>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Predicted Decode</source>
        <translation>Vorhergesagtes Decode</translation>
    </message>
    <message>
        <source>tok/s, %1×</source>
        <translation>Tok/s, %1×</translation>
    </message>
    <message>
        <source>Bytes of the whole checkpoint under this plan, and its share of the original</source>
        <translation>Bytes des ganzen Checkpoints unter diesem Plan und sein Anteil am Original</translation>
    </message>
    <message>
        <source>Mean bits per weight over the quantizable layers, scales and zero points counted</source>
        <translation>Mittlere Bits je Gewicht über die quantisierbaren Layer, Skalen und Nullpunkte mitgezählt</translation>
    </message>
    <message>
        <source>Tokens a second, and times the original&apos;s, by the table of kernel times: the products that the plan runs, each in its format</source>
        <translation>Token je Sekunde und das Wievielfache des Originals, nach der Tabelle der Kernel-Zeiten: die Produkte, die der Plan rechnet, jedes in seinem Format</translation>
    </message>
    <message>
        <source>Loader that the plan is checked against</source>
        <translation>Loader, gegen den der Plan geprüft wird</translation>
    </message>
    <message>
        <source>The runtime that is to load the export: the plan is checked against it, and the solver keeps to what it takes</source>
        <translation>Die Laufzeitumgebung, die den Export laden soll: Der Plan wird gegen sie geprüft, und der Solver hält sich an das, was sie annimmt</translation>
    </message>
    <message>
        <source>✗ %1</source>
        <translation>✗ %1</translation>
    </message>
    <message>
        <source>Loader</source>
        <translation>Loader</translation>
    </message>
    <message>
        <source>Name of the plan</source>
        <translation>Name des Plans</translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s)</source>
        <translation>
            <numerusform>%n Änderung</numerusform>
            <numerusform>%n Änderungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>needs a profile</source>
        <translation>braucht ein Profil</translation>
    </message>
    <message numerus="yes">
        <source>Fitted to %n measured plan(s).</source>
        <translation>
            <numerusform>An %n gemessenen Plan angepasst.</numerusform>
            <numerusform>An %n gemessene Pläne angepasst.</numerusform>
        </translation>
    </message>
    <message>
        <source>No prediction: %1. Profile what is missing, or measure a run.</source>
        <translation>Keine Vorhersage: %1. Profilieren Sie, was fehlt, oder messen Sie einen Lauf.</translation>
    </message>
    <message>
        <source>%1 can load this plan</source>
        <translation>%1 kann diesen Plan laden</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s) with %1. Click for the list, with what mends each.</source>
        <translation>
            <numerusform>%n Problem mit %1. Ein Klick zeigt es mit seiner Abhilfe.</numerusform>
            <numerusform>%n Probleme mit %1. Ein Klick zeigt die Liste mit der Abhilfe für jedes.</numerusform>
        </translation>
    </message>
    <message>
        <source>Bits per Weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Predicted %1</source>
        <translation>Vorhergesagte %1</translation>
    </message>
    <message>
        <source>Expected for this plan against the original, with its standard error; 0 is identical: %1.</source>
        <translation>Für diesen Plan gegen das Original zu erwarten, mit Standardfehler; 0 ist identisch: %1.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PlanChangeModel</name>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>%1 ≠</source>
        <translation>%1 ≠</translation>
    </message>
    <message>
        <source>method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 mit %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Bytes: %1</source>
        <translation>Bytes: %1</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>%1, predicted: %2</source>
        <translation>%1, vorhergesagt: %2</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PlanDocument</name>
    <message>
        <source>The solver needs a profile: choose Profile first</source>
        <translation>Der Solver braucht ein Profil: zuerst „Profilieren“ wählen</translation>
    </message>
    <message>
        <source>The profile has output errors only: profile again for the solver</source>
        <translation>Das Profil hat nur Ausgabefehler: für den Solver erneut profilieren</translation>
    </message>
    <message numerus="yes">
        <source>Set %n Layer(s) to %1</source>
        <translation>
            <numerusform>%n Layer auf %1 setzen</numerusform>
            <numerusform>%n Layer auf %1 setzen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 cannot hold %2: its groups do not divide the layer&apos;s columns.</source>
        <translation>
            <numerusform>%1 fasst %2 nicht: Seine Gruppen teilen die Spalten des Layers nicht.</numerusform>
            <numerusform>%1 fasst %2 nicht: Seine Gruppen teilen die Spalten der Layer nicht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n Layer</numerusform>
            <numerusform>%n Layer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Use %2 for %n Layer(s)</source>
        <translation>
            <numerusform>%2 für %n Layer verwenden</numerusform>
            <numerusform>%2 für %n Layer verwenden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lock %n Layer(s)</source>
        <translation>
            <numerusform>%n Layer sperren</numerusform>
            <numerusform>%n Layer sperren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Unlock %n Layer(s)</source>
        <translation>
            <numerusform>%n Layer freigeben</numerusform>
            <numerusform>%n Layer freigeben</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep the Cache in %1</source>
        <translation>Cache in %1 behalten</translation>
    </message>
    <message>
        <source>Rename Plan</source>
        <translation>Plan umbenennen</translation>
    </message>
    <message>
        <source>Tie Fused Layers</source>
        <translation>Fusionierte Layer koppeln</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PlanPickers</name>
    <message>
        <source>Format of the selected layers</source>
        <translation>Format der ausgewählten Layer</translation>
    </message>
    <message>
        <source>several</source>
        <translation>mehrere</translation>
    </message>
    <message>
        <source>Method of the selected layers</source>
        <translation>Methode der ausgewählten Layer</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>The layers have several formats.</source>
        <translation>Die Layer haben mehrere Formate.</translation>
    </message>
    <message>
        <source>The layers have several methods.</source>
        <translation>Die Layer haben mehrere Methoden.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PlanReference</name>
    <message>
        <source>the plan before the last step</source>
        <translation>Plan vor dem letzten Schritt</translation>
    </message>
    <message>
        <source>the plan as opened or solved</source>
        <translation>Plan, wie geöffnet oder gelöst</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PlannedChecks</name>
    <message>
        <source>cannot be checked</source>
        <translation>lässt sich nicht prüfen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PredictionChart</name>
    <message>
        <source>High trust (at least %1 with 95 % certainty): choose plans by it.</source>
        <translation>Hohes Vertrauen (mindestens %1 mit 95 % Sicherheit): Wählen Sie Pläne danach.</translation>
    </message>
    <message>
        <source>Fair trust (at least %1 with 95 % certainty): choose by it, measure plans that are close.</source>
        <translation>Mittleres Vertrauen (mindestens %1 mit 95 % Sicherheit): Wählen Sie danach, messen Sie nahe beieinander liegende Pläne.</translation>
    </message>
    <message>
        <source>Low trust (at least %1 with 95 % certainty): measure before you choose.</source>
        <translation>Geringes Vertrauen (mindestens %1 mit 95 % Sicherheit): Messen Sie, bevor Sie wählen.</translation>
    </message>
    <message>
        <source>No trust: this order may be chance. Measure, and check more plans.</source>
        <translation>Kein Vertrauen: Diese Reihenfolge kann Zufall sein. Messen Sie und prüfen Sie mehr Pläne.</translation>
    </message>
    <message>
        <source>Too few to trust: four plans are the least.</source>
        <translation>Zu wenige für Vertrauen: Vier Pläne sind das Mindeste.</translation>
    </message>
    <message>
        <source>Predicted against measured divergence</source>
        <translation>Vorhergesagte gegen gemessene Divergenz</translation>
    </message>
    <message>
        <source>Spearman&apos;s rank correlation of predicted and measured divergence, and the mean of |predicted − measured| / measured</source>
        <translation>Spearmans Rangkorrelation von vorhergesagter und gemessener Divergenz und das Mittel von |vorhergesagt − gemessen| / gemessen</translation>
    </message>
    <message numerus="yes">
        <source>%n plan(s): rank correlation %1, mean error %2 %. %3</source>
        <translation>
            <numerusform>%n Plan: Rangkorrelation %1, mittlerer Fehler %2 %. %3</numerusform>
            <numerusform>%n Pläne: Rangkorrelation %1, mittlerer Fehler %2 %. %3</numerusform>
        </translation>
    </message>
    <message>
        <source>No plan has both a prediction and a measurement yet. Run a profiled plan, or check the prediction on random plans.</source>
        <translation>Noch hat kein Plan sowohl eine Vorhersage als auch eine Messung. Führen Sie einen profilierten Plan aus oder prüfen Sie die Vorhersage an zufälligen Plänen.</translation>
    </message>
    <message>
        <source>predicted %1</source>
        <translation>vorhergesagte %1</translation>
    </message>
    <message>
        <source>measured %1</source>
        <translation>gemessene %1</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;predicted %2, measured %3</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;vorhergesagt %2, gemessen %3</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PreferencesDialog</name>
    <message>
        <source>&amp;Open the last model</source>
        <translation>Das &amp;letzte Modell öffnen</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>one a core (%1)</source>
        <translation>einer je Kern (%1)</translation>
    </message>
    <message>
        <source>Results do not depend on it</source>
        <translation>Ergebnisse hängen nicht davon ab</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>&amp;Threads</translation>
    </message>
    <message>
        <source>A job is running: its threads stay until it is done.</source>
        <translation>Ein Job läuft: Seine Threads bleiben, bis er fertig ist.</translation>
    </message>
    <message>
        <source>At the start</source>
        <translation>Beim Start</translation>
    </message>
    <message>
        <source>as the desktop</source>
        <translation>wie der Desktop</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>from the next start on</source>
        <translation>ab dem nächsten Start</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>as the language</source>
        <translation>wie die Sprache</translation>
    </message>
    <message>
        <source>&amp;Numbers</source>
        <translation>&amp;Zahlen</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Wählen…</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Open the folder in the file manager</source>
        <translation>Den Ordner im Dateimanager öffnen</translation>
    </message>
    <message>
        <source>New &amp;workspaces in</source>
        <translation>Neue &amp;Arbeitsbereiche in</translation>
    </message>
    <message>
        <source>Hashes of files</source>
        <translation>Prüfsummen von Dateien</translation>
    </message>
    <message>
        <source>Folder for Workspaces</source>
        <translation>Ordner für Arbeitsbereiche</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>Wird gemessen…</translation>
    </message>
    <message>
        <source>%1 used, %2 free. Workspaces that exist stay where they are.</source>
        <translation>%1 belegt, %2 frei. Vorhandene Arbeitsbereiche bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>%1 in %2. May be deleted: models are then hashed again when they are opened.</source>
        <translation>%1 in %2. Darf gelöscht werden: Modelle bekommen beim Öffnen dann neue Prüfsummen.</translation>
    </message>
    <message>
        <source>Give the whole path of the folder, from / on.</source>
        <translation>Geben Sie den ganzen Pfad des Ordners an, ab /.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PreflightModel</name>
    <message>
        <source>ok</source>
        <translation>in Ordnung</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>blocks the start</source>
        <translation>verhindert den Start</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Rests on</source>
        <translation>Beruht auf</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>What helps</source>
        <translation>Was hilft</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PreflightPage</name>
    <message>
        <source>Checks before the run</source>
        <translation>Prüfungen vor dem Ausführen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>A warning does not stop the start. Enter presses the first fix, Ctrl+Enter starts.</source>
        <translation>Eine Warnung verhindert den Start nicht. Eingabetaste drückt die erste Abhilfe, Strg+Eingabe startet.</translation>
    </message>
    <message>
        <source>always</source>
        <translation>immer</translation>
    </message>
    <message>
        <source>when something is to be settled</source>
        <translation>wenn etwas zu klären ist</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>Show &amp;before Run Plan</source>
        <translation>Vor „Plan ausführen“ &amp;zeigen</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>%1 ausführen</translation>
    </message>
    <message>
        <source>checking…</source>
        <translation>wird geprüft…</translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) to settle first</source>
        <translation>
            <numerusform>zuerst %n Sache zu klären</numerusform>
            <numerusform>zuerst %n Sachen zu klären</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n Warnung</numerusform>
            <numerusform>%n Warnungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to the Queue</source>
        <translation>In die Warteschlange</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Something has to be settled first</source>
        <translation>Zuerst muss etwas geklärt werden</translation>
    </message>
    <message>
        <source>The plan is being checked</source>
        <translation>Der Plan wird geprüft</translation>
    </message>
</context>
<context>
    <name>kerf::ui::PresetDialog</name>
    <message>
        <source>Presets</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Use Preset</source>
        <translation>Vorlage verwenden</translation>
    </message>
    <message>
        <source>Keep 16 bit above</source>
        <translation>16 Bit behalten über</translation>
    </message>
    <message>
        <source>compared in</source>
        <translation>verglichen in</translation>
    </message>
    <message>
        <source>Keeps</source>
        <translation>Behält</translation>
    </message>
    <message>
        <source>SmoothQuant strength</source>
        <translation>Stärke von SmoothQuant</translation>
    </message>
    <message>
        <source>Gives</source>
        <translation>Ergibt</translation>
    </message>
    <message>
        <source>No preset fits this model.</source>
        <translation>Keine Vorlage passt zu diesem Modell.</translation>
    </message>
    <message>
        <source>After %1</source>
        <translation>Nach %1</translation>
    </message>
    <message numerus="yes">
        <source>%1
%n layer(s) take none of its formats and keep 16 bit</source>
        <translation>
            <numerusform>%1
%n Layer nimmt keines ihrer Formate an und behält 16 Bit</numerusform>
            <numerusform>%1
%n Layer nehmen keines ihrer Formate an und behalten 16 Bit</numerusform>
        </translation>
    </message>
    <message>
        <source>Use Preset %1</source>
        <translation>Vorlage %1 verwenden</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ProblemsDialog</name>
    <message>
        <source>Loader Check</source>
        <translation>Loader-Prüfung</translation>
    </message>
    <message>
        <source>Fix &amp;All</source>
        <translation>&amp;Alles beheben</translation>
    </message>
    <message>
        <source>%1 can load this plan.</source>
        <translation>%1 kann diesen Plan laden.</translation>
    </message>
    <message>
        <source>%1 cannot load the plan as it is. Fix gives the layers the nearest format that it takes; Ctrl+Z takes it back.</source>
        <translation>%1 kann den Plan so nicht laden. „Beheben“ gibt den Layern das nächste Format, das angenommen wird; Strg+Z nimmt es zurück.</translation>
    </message>
    <message>
        <source>There is nothing to fix</source>
        <translation>Es gibt nichts zu beheben</translation>
    </message>
    <message>
        <source>Mends every problem, in one step</source>
        <translation>Behebt jedes Problem in einem Schritt</translation>
    </message>
    <message>
        <source>Fix</source>
        <translation>Beheben</translation>
    </message>
    <message>
        <source>Sets %1</source>
        <translation>Setzt %1</translation>
    </message>
    <message>
        <source>Fix: %1</source>
        <translation>Beheben: %1</translation>
    </message>
    <message>
        <source>Fix for the Loader</source>
        <translation>Für den Loader beheben</translation>
    </message>
    <message>
        <source>Fix All for the Loader</source>
        <translation>Alles für den Loader beheben</translation>
    </message>
</context>
<context>
    <name>kerf::ui::RefineDialog</name>
    <message>
        <source>Refine by Measurement</source>
        <translation>Durch Messen verfeinern</translation>
    </message>
    <message>
        <source>Changes that are carried out and measured, the most promising first</source>
        <translation>Änderungen, die ausgeführt und gemessen werden, die aussichtsreichste zuerst</translation>
    </message>
    <message>
        <source>Windows of the calibration text, after those used for calibration, on which each change is measured: more take longer and tell smaller gains from chance</source>
        <translation>Fenster des Kalibrierungstextes nach den zur Kalibrierung benutzten, auf denen jede Änderung gemessen wird: Mehr dauern länger und unterscheiden kleinere Gewinne vom Zufall</translation>
    </message>
    <message>
        <source>Changes of one or two layers are carried out one after the other, and each is kept when the measured divergence falls by more than chance. The plan grows no larger, and what was measured is kept, so that a stopped search goes on where it was.</source>
        <translation>Änderungen an einem oder zwei Layern werden nacheinander ausgeführt, und jede wird behalten, wenn die gemessene Divergenz um mehr als den Zufall sinkt. Der Plan wird nicht größer, und was gemessen wurde, bleibt erhalten, sodass eine angehaltene Suche dort weitergeht, wo sie war.</translation>
    </message>
    <message>
        <source>Changes to measure</source>
        <translation>Zu messende Änderungen</translation>
    </message>
    <message>
        <source>Windows for each</source>
        <translation>Fenster für jede</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ReportDialog</name>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Making the page…</source>
        <translation>Seite wird erstellt…</translation>
    </message>
    <message>
        <source>The page as it is written</source>
        <translation>Die Seite, wie sie geschrieben wird</translation>
    </message>
    <message>
        <source>Save as &amp;HTML…</source>
        <translation>Als &amp;HTML speichern…</translation>
    </message>
    <message>
        <source>Save as &amp;PDF…</source>
        <translation>Als &amp;PDF speichern…</translation>
    </message>
    <message>
        <source>%1 could not be written. Choose another folder.</source>
        <translation>%1 konnte nicht geschrieben werden. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 konnte nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>Save Report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>%1 files (*.%2)</source>
        <translation>%1-Dateien (*.%2)</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::RetryDialog</name>
    <message>
        <source>&amp;Keep this layer in 16 bit</source>
        <translation>Diesen Layer in 16 &amp;Bit behalten</translation>
    </message>
    <message>
        <source>Retry Layer</source>
        <translation>Layer wiederholen</translation>
    </message>
    <message>
        <source>%1: %2

A new run is made. Layers that are alike in both are taken from disk. The damping is the whole plan&apos;s: with another one, all its layers by methods that use it are made again.</source>
        <translation>%1: %2

Ein neuer Lauf entsteht. Layer, die in beiden gleich sind, kommen von der Festplatte. Die Dämpfung gilt für den ganzen Plan: Mit einer anderen werden alle seine Layer mit Methoden, die sie benutzen, neu gemacht.</translation>
    </message>
    <message>
        <source>Fraction of the Hessian&apos;s mean diagonal that is added to it; doubled up to 1 if need be</source>
        <translation>Anteil der mittleren Diagonale der Hessian, der zu ihr addiert wird; bei Bedarf bis 1 verdoppelt</translation>
    </message>
    <message>
        <source>&amp;Method of this layer</source>
        <translation>&amp;Methode dieses Layers</translation>
    </message>
    <message>
        <source>&amp;Damping</source>
        <translation>&amp;Dämpfung</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
</context>
<context>
    <name>kerf::ui::RunActions</name>
    <message>
        <source>Selected Run as %1…</source>
        <translation>Ausgewählter Lauf als %1…</translation>
    </message>
    <message>
        <source>%1…</source>
        <translation>%1…</translation>
    </message>
    <message>
        <source>Adapt to the Target</source>
        <translation>An das Ziel anpassen</translation>
    </message>
    <message>
        <source>without codes</source>
        <translation>ohne Codes</translation>
    </message>
    <message>
        <source>Add Checkpoint as Run</source>
        <translation>Checkpoint als Lauf hinzufügen</translation>
    </message>
    <message>
        <source>Quantized checkpoints (config.json *.gguf *.onnx);;All files (*)</source>
        <translation>Quantisierte Checkpoints (config.json *.gguf *.onnx);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Write Importance Matrix</source>
        <translation>Importance-Matrix schreiben</translation>
    </message>
    <message>
        <source>GGUF files (*.gguf)</source>
        <translation>GGUF-Dateien (*.gguf)</translation>
    </message>
    <message>
        <source>Ask Questions</source>
        <translation>Fragen stellen</translation>
    </message>
    <message>
        <source>Questions (*.jsonl *.json);;All files (*)</source>
        <translation>Fragen (*.jsonl *.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Score on Labelled Texts</source>
        <translation>An beschrifteten Texten bewerten</translation>
    </message>
    <message>
        <source>Labelled texts (*.jsonl *.json *.csv *.tsv);;All files (*)</source>
        <translation>Beschriftete Texte (*.jsonl *.json *.csv *.tsv);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>kerf::ui::RunTableModel</name>
    <message>
        <source>Space takes the run into the comparison</source>
        <translation>Leertaste nimmt den Lauf in den Vergleich</translation>
    </message>
    <message>
        <source>The reference: the other runs are compared with it. Space takes it out</source>
        <translation>Die Referenz: Die anderen Läufe werden mit ihr verglichen. Leertaste nimmt sie heraus</translation>
    </message>
    <message>
        <source>Compared with the reference; R makes it the reference. Space takes it out</source>
        <translation>Mit der Referenz verglichen; R macht ihn zur Referenz. Leertaste nimmt ihn heraus</translation>
    </message>
    <message>
        <source>not compared</source>
        <translation>nicht verglichen</translation>
    </message>
    <message>
        <source>compared as %1</source>
        <translation>verglichen als %1</translation>
    </message>
    <message>
        <source>Tags: %1</source>
        <translation>Schlagwörter: %1</translation>
    </message>
    <message>
        <source>running, %1 of %2</source>
        <translation>läuft, %1 von %2</translation>
    </message>
    <message>
        <source>stopped, %1 of %2</source>
        <translation>angehalten, %1 von %2</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>%1 pred.</source>
        <translation>%1 vorh.</translation>
    </message>
    <message>
        <source>Perplexity %1. The error is that of the text&apos;s sampling, common to all runs on it.</source>
        <translation>Perplexität %1. Der Fehler ist der der Textstichprobe, allen Läufen darauf gemeinsam.</translation>
    </message>
    <message>
        <source>Not measured yet</source>
        <translation>Noch nicht gemessen</translation>
    </message>
    <message>
        <source>%1, started %2</source>
        <translation>%1, begonnen %2</translation>
    </message>
    <message>
        <source>Decode %1, by the table of kernel times</source>
        <translation>Decode %1, nach der Tabelle der Kernel-Zeiten</translation>
    </message>
    <message>
        <source>Not timed yet, or there is no kernel for a format of it</source>
        <translation>Noch nicht gemessen, oder eines seiner Formate hat keinen Kernel</translation>
    </message>
    <message>
        <source>Measured once, end to end: decode %1 tokens/s, prefill %2 tokens/s</source>
        <translation>Einmal gemessen, von Anfang bis Ende: Decode %1 Token/s, Prefill %2 Token/s</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>PPL ↓</source>
        <translation>PPL ↓</translation>
    </message>
    <message>
        <source>Top-1 ↑</source>
        <translation>Top-1 ↑</translation>
    </message>
    <message>
        <source>Tok/s ↑</source>
        <translation>Tok/s ↑</translation>
    </message>
    <message>
        <source>Speed ↑</source>
        <translation>Tempo ↑</translation>
    </message>
    <message>
        <source>Front</source>
        <translation>Front</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>faster</source>
        <translation>schneller</translation>
    </message>
    <message>
        <source>smaller</source>
        <translation>kleiner</translation>
    </message>
    <message>
        <source>of fewer bits</source>
        <translation>sparsamer an Bits</translation>
    </message>
    <message>
        <source>◆ on the Pareto front: no other run is both %1 and closer to the original, and all differences are significant. ◇ not beaten, but it cannot be told from another run. The chart&apos;s axes decide.</source>
        <translation>◆ auf der Pareto-Front: Kein anderer Lauf ist zugleich %1 und näher am Original, und alle Unterschiede sind signifikant. ◇ nicht geschlagen, aber von einem anderen Lauf nicht zu unterscheiden. Es gelten die Achsen des Diagramms.</translation>
    </message>
    <message>
        <source>Name of the run; F2 renames it</source>
        <translation>Name des Laufs; F2 benennt ihn um</translation>
    </message>
    <message>
        <source>Bits per weight over the quantizable layers, scales counted</source>
        <translation>Bits je Gewicht über die quantisierbaren Layer, Skalen mitgezählt</translation>
    </message>
    <message>
        <source>Bytes of the whole checkpoint</source>
        <translation>Bytes des ganzen Checkpoints</translation>
    </message>
    <message>
        <source>Perplexity on the evaluation text; lower is better</source>
        <translation>Perplexität auf dem Auswertungstext; niedriger ist besser</translation>
    </message>
    <message>
        <source>Share of tokens with the same most likely next token as the original</source>
        <translation>Anteil der Token, deren wahrscheinlichstes nächstes Token dasselbe ist wie beim Original</translation>
    </message>
    <message>
        <source>Tokens generated a second, by the table of kernel times; higher is better</source>
        <translation>Erzeugte Token je Sekunde, nach der Tabelle der Kernel-Zeiten; höher ist besser</translation>
    </message>
    <message>
        <source>Decode speed, times the original&apos;s; higher is better</source>
        <translation>Decode-Geschwindigkeit als Vielfaches des Originals; höher ist besser</translation>
    </message>
    <message>
        <source>What a person called the run; Ctrl+Shift+N changes it</source>
        <translation>Wie jemand den Lauf nannte; Strg+Umschalt+N ändert es</translation>
    </message>
    <message>
        <source>Runs that are compared: Space takes one in or out, R makes it the reference</source>
        <translation>Verglichene Läufe: Leertaste nimmt einen auf oder heraus, R macht ihn zur Referenz</translation>
    </message>
    <message>
        <source>%1: %2, quantized against original; 0 is identical. Predicted: %3</source>
        <translation>%1: %2, quantisiert gegen Original; 0 ist identisch. Vorhergesagt: %3</translation>
    </message>
    <message>
        <source>%1: %2, quantized against original; 0 is identical</source>
        <translation>%1: %2, quantisiert gegen Original; 0 ist identisch</translation>
    </message>
    <message>
        <source>%1 ↓</source>
        <translation>%1 ↓</translation>
    </message>
    <message>
        <source>%1, quantized against original; 0 is identical</source>
        <translation>%1, quantisiert gegen Original; 0 ist identisch</translation>
    </message>
</context>
<context>
    <name>kerf::ui::RunsPanel</name>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Search name, tag, format, method, note</source>
        <translation>Name, Schlagwort, Format, Methode, Notiz suchen</translation>
    </message>
    <message>
        <source>Settings of the selected run</source>
        <translation>Einstellungen des ausgewählten Laufs</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>%n Lauf</numerusform>
            <numerusform>%n Läufe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n run(s)</source>
        <translation>
            <numerusform>%1 von %n Lauf</numerusform>
            <numerusform>%1 von %n Läufen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kerf::ui::SettlingChart</name>
    <message>
        <source>Rank correlation of the layers&apos; order with fewer windows and with all</source>
        <translation>Rangkorrelation der Reihenfolge der Schichten mit weniger und mit allen Fenstern</translation>
    </message>
    <message>
        <source>filled: Spearman · hollow: Kendall · dashed: settled, %1</source>
        <translation>gefüllt: Spearman · hohl: Kendall · gestrichelt: steht fest, %1</translation>
    </message>
    <message>
        <source>windows of the calibration text</source>
        <translation>Fenster des Kalibrierungstextes</translation>
    </message>
    <message>
        <source>rank correlation with all windows</source>
        <translation>Rangkorrelation mit allen Fenstern</translation>
    </message>
    <message>
        <source>Fewer than three layers have no order to speak of.</source>
        <translation>Weniger als drei Schichten haben keine nennenswerte Reihenfolge.</translation>
    </message>
    <message>
        <source>%1 windows: Spearman %2, Kendall %3</source>
        <translation>%1 Fenster: Spearman %2, Kendall %3</translation>
    </message>
    <message numerus="yes">
        <source>%1
%2 moves by %n place(s)</source>
        <translation>
            <numerusform>%1
%2 rückt um %n Platz</numerusform>
            <numerusform>%1
%2 rückt um %n Plätze</numerusform>
        </translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Spearman</source>
        <translation>Spearman</translation>
    </message>
    <message>
        <source>Kendall</source>
        <translation>Kendall</translation>
    </message>
    <message>
        <source>largest move, places</source>
        <translation>größte Verschiebung, Plätze</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ShortcutsDialog</name>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>Move between layers</source>
        <translation>Zwischen Layern gehen</translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>Extend the selection</source>
        <translation>Auswahl erweitern</translation>
    </message>
    <message>
        <source>Shift+Arrows</source>
        <translation>Umschalt+Pfeiltasten</translation>
    </message>
    <message>
        <source>First and last block</source>
        <translation>Erster und letzter Block</translation>
    </message>
    <message>
        <source>Home, End</source>
        <translation>Pos1, Ende</translation>
    </message>
    <message>
        <source>Clear the selection</source>
        <translation>Auswahl aufheben</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Next and previous run</source>
        <translation>Nächster und voriger Lauf</translation>
    </message>
    <message>
        <source>Left, Right</source>
        <translation>Links, Rechts</translation>
    </message>
    <message>
        <source>The whole row, the whole column</source>
        <translation>Die ganze Zeile, die ganze Spalte</translation>
    </message>
    <message>
        <source>Shift+Space, Ctrl+Space</source>
        <translation>Umschalt+Leertaste, Strg+Leertaste</translation>
    </message>
    <message>
        <source>Copy as a table</source>
        <translation>Als Tabelle kopieren</translation>
    </message>
    <message>
        <source>Up, Down</source>
        <translation>Auf, Ab</translation>
    </message>
    <message>
        <source>Along the predicted front</source>
        <translation>An der vorhergesagten Front entlang</translation>
    </message>
    <message>
        <source>Make the point of the front the plan</source>
        <translation>Den Punkt der Front zum Plan machen</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabetaste</translation>
    </message>
</context>
<context>
    <name>kerf::ui::SolveDialog</name>
    <message>
        <source>Caches</source>
        <translation>Caches</translation>
    </message>
    <message>
        <source>Formats that caches may get</source>
        <translation>Formate, die Caches bekommen dürfen</translation>
    </message>
    <message>
        <source>Keep layers in 16 bit above</source>
        <translation>Layer in 16 Bit behalten über</translation>
    </message>
    <message>
        <source>Solve for a Budget</source>
        <translation>Für ein Budget lösen</translation>
    </message>
    <message>
        <source>Use Plan</source>
        <translation>Plan verwenden</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>What the Plan May Have</source>
        <translation>Was der Plan haben darf</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Gives</source>
        <translation>Ergibt</translation>
    </message>
    <message>
        <source>Format in which layers are compared</source>
        <translation>Format, in dem Layer verglichen werden</translation>
    </message>
    <message>
        <source>in</source>
        <translation>in</translation>
    </message>
    <message>
        <source>No format of the cache was profiled: caches stay in 16 bit</source>
        <translation>Kein Format des Caches wurde profiliert: Caches bleiben in 16 Bit</translation>
    </message>
    <message>
        <source>keeps %1</source>
        <translation>behält %1</translation>
    </message>
    <message>
        <source>Tick at least one format.</source>
        <translation>Kreuzen Sie mindestens ein Format an.</translation>
    </message>
    <message>
        <source>mixed %1</source>
        <translation>gemischt %1</translation>
    </message>
    <message>
        <source>Solve for %1</source>
        <translation>Für %1 lösen</translation>
    </message>
    <message>
        <source>Predicted %1 of a layer</source>
        <translation>Vorhergesagte %1 eines Layers</translation>
    </message>
</context>
<context>
    <name>kerf::ui::StateErrorChart</name>
    <message>
        <source>Error of the states at each step</source>
        <translation>Fehler der Zustände in jedem Schritt</translation>
    </message>
    <message>
        <source>distance of the run&apos;s states from the original&apos;s, by their length</source>
        <translation>Abstand der Zustände des Laufs von denen des Originals, durch deren Länge</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>error of the states, % (lower is better)</source>
        <translation>Fehler der Zustände, % (kleiner ist besser)</translation>
    </message>
    <message>
        <source>from sample to sample</source>
        <translation>von Probe zu Probe</translation>
    </message>
    <message>
        <source>The network keeps no states from step to step.</source>
        <translation>Das Netz behält keine Zustände von Schritt zu Schritt.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::StepList</name>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>bestanden</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>pays</source>
        <translation>lohnt sich</translation>
    </message>
    <message>
        <source>does not pay</source>
        <translation>lohnt sich nicht</translation>
    </message>
    <message>
        <source>not settled</source>
        <translation>steht nicht fest</translation>
    </message>
    <message>
        <source>Make &amp;Report…</source>
        <translation>&amp;Bericht erstellen…</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Advice</source>
        <translation>Rat</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>Gate</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>One page with the verdict and all it stands on, as HTML or PDF</source>
        <translation>Eine Seite mit dem Urteil und allem, worauf es beruht, als HTML oder PDF</translation>
    </message>
    <message>
        <source>A report is of a run: choose one in “Decide about”.</source>
        <translation>Ein Bericht gilt einem Lauf: Wählen Sie einen in „Entscheiden über“.</translation>
    </message>
    <message>
        <source>%1 sequences fit</source>
        <translation>%1 Sequenzen passen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::SweepDialog</name>
    <message>
        <source>Sequential mode</source>
        <translation>Sequenzieller Modus</translation>
    </message>
    <message>
        <source>Method Sweep</source>
        <translation>Methoden-Sweep</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>Methoden</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Start Sweep</source>
        <translation>Sweep starten</translation>
    </message>
    <message>
        <source>bits per weight, for example 3.5 4 4.5</source>
        <translation>Bits je Gewicht, zum Beispiel 3.5 4 4.5</translation>
    </message>
    <message>
        <source>The solver&apos;s plan for each budget, with each method</source>
        <translation>Der Plan des Solvers für jedes Budget, mit jeder Methode</translation>
    </message>
    <message>
        <source>The solver needs a profile</source>
        <translation>Der Solver braucht ein Profil</translation>
    </message>
    <message>
        <source>Fit each block to the outputs of the quantized blocks before it</source>
        <translation>Jeden Block an die Ausgaben der quantisierten Blöcke vor ihm anpassen</translation>
    </message>
    <message>
        <source>Solver budgets</source>
        <translation>Budgets des Solvers</translation>
    </message>
    <message>
        <source>Plans of the sweep</source>
        <translation>Pläne des Sweeps</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>“%1” is not a number of bits.</source>
        <translation>„%1“ ist keine Anzahl von Bits.</translation>
    </message>
    <message numerus="yes">
        <source>%n plan(s), one after the other; each is evaluated and lands on the chart.</source>
        <translation>
            <numerusform>%n Plan; er wird ausgewertet und kommt ins Diagramm.</numerusform>
            <numerusform>%n Pläne, einer nach dem anderen; jeder wird ausgewertet und kommt ins Diagramm.</numerusform>
        </translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>The job is stopping</source>
        <translation>Der Job wird angehalten</translation>
    </message>
    <message>
        <source>Tick formats and methods, or presets, or give a budget</source>
        <translation>Kreuzen Sie Formate und Methoden oder Vorlagen an, oder geben Sie ein Budget ein</translation>
    </message>
    <message>
        <source>The workspace is open for reading only</source>
        <translation>Der Arbeitsbereich ist nur zum Lesen geöffnet</translation>
    </message>
    <message>
        <source>Something has to be settled first</source>
        <translation>Zuerst muss etwas geklärt werden</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TextBox</name>
    <message>
        <source>at random, seed</source>
        <translation>zufällig, Startwert</translation>
    </message>
    <message>
        <source>Look Closer…</source>
        <translation>Genauer ansehen…</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Gives</source>
        <translation>Ergibt</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Token</translation>
    </message>
    <message>
        <source>Tokens in a window of the %1 texts</source>
        <translation>Token je Fenster der Texte für „%1“</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Windows used of the %1 texts</source>
        <translation>Benutzte Fenster der Texte für „%1“</translation>
    </message>
    <message>
        <source>Draws the windows from the whole text instead of taking its first ones; the same seed draws the same</source>
        <translation>Zieht die Fenster aus dem ganzen Text, statt die ersten zu nehmen; derselbe Startwert zieht dieselben</translation>
    </message>
    <message>
        <source>Windows of the %1 texts drawn at random</source>
        <translation>Fenster der Texte für „%1“ zufällig gezogen</translation>
    </message>
    <message>
        <source>Seed for the windows of the %1 texts</source>
        <translation>Startwert für die Fenster der Texte für „%1“</translation>
    </message>
    <message>
        <source>found</source>
        <translation>gefunden</translation>
    </message>
    <message>
        <source>Field of the %1 texts&apos; records</source>
        <translation>Feld der Datensätze der Texte für „%1“</translation>
    </message>
    <message>
        <source>Field or column of JSON, CSV and TSV records that holds the text, or several separated by commas that are one text together. Left empty, it is a conversation (&quot;messages&quot;), &quot;text&quot; or one like it, a prompt and its completion, or the only one</source>
        <translation>Feld oder Spalte von JSON-, CSV- und TSV-Datensätzen mit dem Text, oder mehrere durch Kommas getrennte, die zusammen ein Text sind. Leer: ein Gespräch („messages“), „text“ oder ein ähnliches, eine Eingabe und ihre Fortsetzung, oder das einzige</translation>
    </message>
    <message>
        <source>Look closer at the %1 texts</source>
        <translation>Die Texte für „%1“ genauer ansehen</translation>
    </message>
    <message>
        <source>The windows&apos; texts, and how long the documents are</source>
        <translation>Die Texte der Fenster, und wie lang die Dokumente sind</translation>
    </message>
    <message>
        <source>windows used</source>
        <translation>benutzte Fenster</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>%1 tokens in %2 windows of %3</source>
        <translation>%1 Token in %2 Fenstern zu %3</translation>
    </message>
    <message>
        <source>%1, drawn from %2</source>
        <translation>%1, gezogen aus %2</translation>
    </message>
    <message>
        <source>%1; %2 tokens at the end are too few for another</source>
        <translation>%1; %2 Token am Ende sind zu wenige für ein weiteres</translation>
    </message>
    <message>
        <source>%1; more text follows</source>
        <translation>%1; weiterer Text folgt</translation>
    </message>
    <message>
        <source>%1
%2% of its runs of 13 tokens stand in the calibration text too</source>
        <translation>%1
%2% seiner Folgen von 13 Token stehen auch im Kalibrierungstext</translation>
    </message>
    <message>
        <source>Choose at least one text.</source>
        <translation>Wählen Sie mindestens einen Text.</translation>
    </message>
    <message>
        <source>“%1…”</source>
        <translation>„%1…“</translation>
    </message>
    <message>
        <source>Every expert sees every token</source>
        <translation>Jeder Experte sieht jedes Token</translation>
    </message>
    <message>
        <source>While inputs are observed the router sends every token to all experts, so that none sees too few to be fitted to. What goes on to the next block is the same. It takes longer, by as many experts as there are to one chosen</source>
        <translation>Während die Eingaben beobachtet werden, schickt der Router jedes Token zu allen Experten, sodass keiner zu wenige sieht, um ihn daran anzupassen. Was zum nächsten Block weitergeht, ist dasselbe. Es dauert länger: um so viel, wie Experten auf einen gewählten kommen</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TextHead</name>
    <message>
        <source>Colours by KLD</source>
        <translation>Farben nach KLD</translation>
    </message>
    <message>
        <source>Background: KL divergence of the run from the original at this token, in nats, by its square root. Underlined: the most probable token is another one.</source>
        <translation>Hintergrund: KL-Divergenz des Laufs vom Original an diesem Token, in nats, nach ihrer Quadratwurzel. Unterstrichen: Das wahrscheinlichste Token ist ein anderes.</translation>
    </message>
    <message>
        <source>%1 nats and more</source>
        <translation>%1 nats und mehr</translation>
    </message>
    <message>
        <source>top-1 changed</source>
        <translation>Top-1 geändert</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The texts that this run was evaluated on</source>
        <translation>Die Texte, auf denen dieser Lauf ausgewertet wurde</translation>
    </message>
    <message>
        <source>Class of tokens</source>
        <translation>Klasse von Token</translation>
    </message>
    <message>
        <source>Only tokens of this class are coloured</source>
        <translation>Nur Token dieser Klasse sind gefärbt</translation>
    </message>
    <message>
        <source>all tokens</source>
        <translation>alle Token</translation>
    </message>
    <message>
        <source>Window %1 of %2</source>
        <translation>Fenster %1 von %2</translation>
    </message>
    <message>
        <source>tokens %1–%2 · mean KLD %3 nats · same top-1 %4 %</source>
        <translation>Token %1–%2 · mittlere KLD %3 nats · gleiches Top-1 %4 %</translation>
    </message>
    <message>
        <source>Window %1</source>
        <translation>Fenster %1</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Export Tokens</source>
        <translation>Token exportieren</translation>
    </message>
    <message>
        <source>All Tokens as CSV…</source>
        <translation>Alle Token als CSV…</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TextPage</name>
    <message>
        <source>N next worst token · Shift+N back · PgDn next window · Space card</source>
        <translation>N nächstschlechtestes Token · Umschalt+N zurück · Bild↓ nächstes Fenster · Leertaste Karte</translation>
    </message>
    <message>
        <source>Copy Window as Table</source>
        <translation>Fenster als Tabelle kopieren</translation>
    </message>
    <message>
        <source>Select a run to see which words of its text got worse.</source>
        <translation>Wählen Sie einen Lauf aus, um zu sehen, welche Wörter seines Textes schlechter wurden.</translation>
    </message>
    <message numerus="yes">
        <source>Nothing is kept of this run&apos;s tokens. Evaluating keeps them: up to %n window(s) of %1 tokens.</source>
        <translation>
            <numerusform>Von den Token dieses Laufs ist nichts aufbewahrt. Auswerten bewahrt sie auf: bis zu %n Fenster zu %1 Token.</numerusform>
            <numerusform>Von den Token dieses Laufs ist nichts aufbewahrt. Auswerten bewahrt sie auf: bis zu %n Fenster zu %1 Token.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is kept of this run&apos;s tokens. Evaluating keeps them: all windows of %1 tokens.</source>
        <translation>Von den Token dieses Laufs ist nichts aufbewahrt. Auswerten bewahrt sie auf: alle Fenster zu %1 Token.</translation>
    </message>
    <message>
        <source>Nothing is kept of this run&apos;s tokens. Evaluating keeps them; the last time it took %1.</source>
        <translation>Von den Token dieses Laufs ist nichts aufbewahrt. Auswerten bewahrt sie auf; das letzte Mal dauerte es %1.</translation>
    </message>
    <message>
        <source>Another table is being written. Try again in a moment.</source>
        <translation>Eine andere Tabelle wird gerade geschrieben. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2. Choose another folder.</source>
        <translation>%1 konnte nicht geschrieben werden: %2. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>No token of this run differs from the original. Select a run that quantizes layers to see which words got worse.</source>
        <translation>Kein Token dieses Laufs weicht vom Original ab. Wählen Sie einen Lauf, der Layer quantisiert, um zu sehen, welche Wörter schlechter wurden.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TextsDialog</name>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>A Closer Look</source>
        <translation>Genauer angesehen</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Windows of the text</source>
        <translation>Fenster des Textes</translation>
    </message>
    <message>
        <source>Text of the window</source>
        <translation>Text des Fensters</translation>
    </message>
    <message>
        <source>%1 The beginning of each file was counted.</source>
        <translation>%1 Gezählt wurde der Anfang jeder Datei.</translation>
    </message>
    <message>
        <source>%1  %2</source>
        <comment>number and start of a window</comment>
        <translation>%1  %2</translation>
    </message>
    <message>
        <source>No document.</source>
        <translation>Kein Dokument.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) of %1 tokens.</source>
        <translation>
            <numerusform>%Ln Dokument von %1 Token.</numerusform>
            <numerusform>%Ln Dokumente von je %1 Token.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) of %1 to %2 tokens, half of them of at most %3.</source>
        <translation>
            <numerusform>%Ln Dokument von %1 bis %2 Token, die Hälfte davon mit höchstens %3.</numerusform>
            <numerusform>%Ln Dokumente von %1 bis %2 Token, die Hälfte davon mit höchstens %3.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 Shorter than a window: %2.</source>
        <translation>%1 Kürzer als ein Fenster: %2.</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TokenCanvas</name>
    <message>
        <source>Text coloured by divergence</source>
        <translation>Text, nach Divergenz gefärbt</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TokenCard</name>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>&lt; %1</source>
        <translation>&lt; %1</translation>
    </message>
    <message>
        <source>token %1 of %2 · %3</source>
        <translation>Token %1 von %2 · %3</translation>
    </message>
    <message>
        <source>KLD %1 nats</source>
        <translation>KLD %1 nats</translation>
    </message>
    <message>
        <source>KLD %1 nats, %2 × the mean</source>
        <translation>KLD %1 nats, %2 × das Mittel</translation>
    </message>
    <message>
        <source>The text&apos;s own token stayed at %1.</source>
        <translation>Das Token des Textes selbst blieb bei %1.</translation>
    </message>
    <message>
        <source>The text&apos;s own token fell from %1 to %2.</source>
        <translation>Das Token des Textes selbst fiel von %1 auf %2.</translation>
    </message>
    <message>
        <source>The text&apos;s own token rose from %1 to %2.</source>
        <translation>Das Token des Textes selbst stieg von %1 auf %2.</translation>
    </message>
    <message>
        <source>%1 The most probable one went from %2 to %3.</source>
        <translation>%1 Das wahrscheinlichste ging von %2 auf %3.</translation>
    </message>
    <message>
        <source>What both models expected</source>
        <translation>Was beide Modelle erwarteten</translation>
    </message>
    <message>
        <source>The first token of a window is not scored.</source>
        <translation>Das erste Token eines Fensters wird nicht bewertet.</translation>
    </message>
    <message>
        <source>others</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>%1, %2.</source>
        <translation>%1, %2.</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 %2. Original: %3. Run: %4. %5</source>
        <translation>%1 %2. Original: %3. Lauf: %4. %5</translation>
    </message>
    <message>
        <source>Original, top 5</source>
        <translation>Original, Top 5</translation>
    </message>
    <message>
        <source>Run, top 5</source>
        <translation>Lauf, Top 5</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TornadoChart</name>
    <message>
        <source>price of a machine</source>
        <translation>Preis je Maschine</translation>
    </message>
    <message>
        <source>price after</source>
        <translation>Preis danach</translation>
    </message>
    <message>
        <source>machines today</source>
        <translation>Maschinen heute</translation>
    </message>
    <message>
        <source>machines after</source>
        <translation>Maschinen danach</translation>
    </message>
    <message>
        <source>hours on</source>
        <translation>Stunden an</translation>
    </message>
    <message>
        <source>requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>loss, %</source>
        <translation>Verlust, %</translation>
    </message>
    <message>
        <source>cost of an error</source>
        <translation>Kosten eines Fehlers</translation>
    </message>
    <message>
        <source>calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>hours of work</source>
        <translation>Arbeitsstunden</translation>
    </message>
    <message>
        <source>rate of an hour</source>
        <translation>Stundensatz</translation>
    </message>
    <message>
        <source>days both serve</source>
        <translation>Tage mit beiden</translation>
    </message>
    <message>
        <source>machines of the trial</source>
        <translation>Maschinen des Versuchs</translation>
    </message>
    <message>
        <source>upkeep</source>
        <translation>Pflege</translation>
    </message>
    <message>
        <source>storage</source>
        <translation>Speicherplatz</translation>
    </message>
    <message>
        <source>What decides whether it pays</source>
        <translation>Was entscheidet, ob es sich lohnt</translation>
    </message>
    <message>
        <source>orange: decides · dashed: given</source>
        <translation>orange: entscheidet · gestrichelt: gegeben</translation>
    </message>
    <message>
        <source>Give lowest; likely; highest where a number is not certain to see what decides.</source>
        <translation>Geben Sie kleinste; wahrscheinliche; größte an, wo eine Zahl nicht sicher ist, um zu sehen, was entscheidet.</translation>
    </message>
    <message>
        <source>first year, %1</source>
        <translation>erstes Jahr, %1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::Tour</name>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Ein Modell öffnen</translation>
    </message>
    <message>
        <source>Kerf comes with a small Llama that does everything in seconds. Open Sample Model takes it; your own checkpoints open with Open… or by dropping them on the window.</source>
        <translation>Kerf bringt ein kleines Llama mit, das alles in Sekunden tut. „Beispielmodell öffnen“ nimmt es; eigene Checkpoints öffnen Sie mit „Öffnen…“ oder indem Sie sie auf das Fenster ziehen.</translation>
    </message>
    <message>
        <source>See what is sensitive</source>
        <translation>Sehen, was empfindlich ist</translation>
    </message>
    <message>
        <source>Profile runs a text through the model and measures what every number format would do to every layer. The texts of the sample are chosen already.</source>
        <translation>„Profilieren“ schickt einen Text durch das Modell und misst, was jedes Zahlenformat mit jedem Layer machen würde. Die Texte des Beispiels sind schon gewählt.</translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation>Einen Plan machen</translation>
    </message>
    <message>
        <source>Each cell of the map is a layer. Move the budget: the solver gives every layer its format, and size and predicted damage follow at once. Or select cells and press 1 to 9.</source>
        <translation>Jede Zelle der Karte ist ein Layer. Bewegen Sie das Budget: Der Solver gibt jedem Layer sein Format, und Größe und vorhergesagter Schaden folgen sofort. Oder wählen Sie Zellen aus und drücken Sie 1 bis 9.</translation>
    </message>
    <message>
        <source>Carry it out</source>
        <translation>Ihn ausführen</translation>
    </message>
    <message>
        <source>Run Plan quantizes the model by the plan and measures what was really lost. It can be stopped at any time: finished layers are kept.</source>
        <translation>„Plan ausführen“ quantisiert das Modell nach dem Plan und misst, was wirklich verloren ging. Es lässt sich jederzeit anhalten: Fertige Layer bleiben erhalten.</translation>
    </message>
    <message>
        <source>Take it along</source>
        <translation>Mitnehmen</translation>
    </message>
    <message>
        <source>Export writes the selected run as a checkpoint that vLLM, llama.cpp or transformers load, reads it back and says so. F1 opens the manual at any panel, Ctrl+Shift+P finds every command.</source>
        <translation>„Export“ schreibt den ausgewählten Lauf als Checkpoint, den vLLM, llama.cpp oder transformers laden, liest ihn zurück und sagt es. F1 öffnet das Handbuch an jedem Panel, Strg+Umschalt+P findet jeden Befehl.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Tour: %1</source>
        <translation>Rundgang: %1</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TransformPicker</name>
    <message>
        <source>Also while the model runs</source>
        <translation>Auch während das Modell läuft</translation>
    </message>
    <message>
        <source>Turns queries, keys and inputs of down as they pass (R3, R4): for 4-bit inputs and caches. Such runs cannot be exported</source>
        <translation>Dreht Queries, Keys und die Eingaben von down im Vorbeigehen (R3, R4): für 4-Bit-Eingaben und -Caches. Solche Läufe lassen sich nicht exportieren</translation>
    </message>
    <message>
        <source>Rotate While the Model Runs</source>
        <translation>Drehen, während das Modell läuft</translation>
    </message>
    <message>
        <source>Rotate Weights Alone</source>
        <translation>Nur Gewichte drehen</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Strength of SmoothQuant</source>
        <translation>Stärke von SmoothQuant</translation>
    </message>
    <message>
        <source>How far outliers move: 0 leaves them in the activations, 1 moves them all</source>
        <translation>Wie weit Ausreißer wandern: 0 lässt sie in den Aktivierungen, 1 verschiebt sie alle</translation>
    </message>
    <message>
        <source>search</source>
        <translation>suchen</translation>
    </message>
    <message>
        <source>At each place the strength with the least error of the layers&apos; outputs</source>
        <translation>An jeder Stelle die Stärke mit dem kleinsten Fehler der Ausgaben der Layer</translation>
    </message>
    <message>
        <source>SmoothQuant of Strength %1</source>
        <translation>SmoothQuant der Stärke %1</translation>
    </message>
    <message>
        <source>Search SmoothQuant&apos;s Strength</source>
        <translation>Stärke von SmoothQuant suchen</translation>
    </message>
    <message>
        <source>Leave Out %1</source>
        <translation>%1 weglassen</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 verwenden</translation>
    </message>
</context>
<context>
    <name>kerf::ui::TrashDialog</name>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source>Deleted runs</source>
        <translation>Gelöschte Läufe</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>&amp;Take Back</source>
        <translation>&amp;Zurückholen</translation>
    </message>
    <message>
        <source>&amp;Remove for Good…</source>
        <translation>Endgültig &amp;entfernen…</translation>
    </message>
    <message>
        <source>&amp;Empty Trash…</source>
        <translation>&amp;Papierkorb leeren…</translation>
    </message>
    <message>
        <source>The trash is empty. Deleted runs are kept here until it is emptied.</source>
        <translation>Der Papierkorb ist leer. Gelöschte Läufe bleiben hier, bis er geleert wird.</translation>
    </message>
    <message numerus="yes">
        <source>%n deleted run(s). Nothing can be removed for good while a job runs: it may use their layers.</source>
        <translation>
            <numerusform>%n gelöschter Lauf. Solange ein Job läuft, lässt sich nichts endgültig entfernen: Er könnte die Layer benutzen.</numerusform>
            <numerusform>%n gelöschte Läufe. Solange ein Job läuft, lässt sich nichts endgültig entfernen: Er könnte ihre Layer benutzen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n deleted run(s). Removed for good, their quantized layers and the results of their tokens free disk space, but for those that other runs have.</source>
        <translation>
            <numerusform>%n gelöschter Lauf. Endgültig entfernt, geben seine quantisierten Layer und die Ergebnisse seiner Token Platz auf der Festplatte frei, außer denen, die andere Läufe auch haben.</numerusform>
            <numerusform>%n gelöschte Läufe. Endgültig entfernt, geben ihre quantisierten Layer und die Ergebnisse ihrer Token Platz auf der Festplatte frei, außer denen, die andere Läufe auch haben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove for Good</source>
        <translation>Endgültig entfernen</translation>
    </message>
    <message numerus="yes">
        <source>Remove %n run(s) for good? This cannot be undone.</source>
        <translation>
            <numerusform>%n Lauf endgültig entfernen? Das lässt sich nicht rückgängig machen.</numerusform>
            <numerusform>%n Läufe endgültig entfernen? Das lässt sich nicht rückgängig machen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) removed for good, %1 freed.</source>
        <translation>
            <numerusform>%n Lauf endgültig entfernt, %1 freigegeben.</numerusform>
            <numerusform>%n Läufe endgültig entfernt, %1 freigegeben.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 ↓</source>
        <translation>%1 ↓</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ValuePanel</name>
    <message>
        <source>Number and its bits</source>
        <translation>Zahl und ihre Bits</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>A number: 0.1, 2^-6, inf; or a code: 0x1D, 0b11101. Up and Down go to the next value.</source>
        <translation>Eine Zahl: 0.1, 2^-6, inf; oder ein Code: 0x1D, 0b11101. Auf und Ab gehen zum nächsten Wert.</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Bits of the code</source>
        <translation>Bits des Codes</translation>
    </message>
    <message>
        <source>code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Skala</translation>
    </message>
    <message>
        <source>Zero point</source>
        <translation>Nullpunkt</translation>
    </message>
    <message>
        <source>Bits of the group&apos;s scale</source>
        <translation>Bits der Skala der Gruppe</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>Gespeichert als</translation>
    </message>
    <message>
        <source>stored as %1</source>
        <translation>gespeichert als %1</translation>
    </message>
    <message>
        <source>zero point</source>
        <translation>Nullpunkt</translation>
    </message>
    <message>
        <source>minimum −</source>
        <translation>Minimum −</translation>
    </message>
    <message>
        <source>Neighbours %1 and %2, step %3</source>
        <translation>Nachbarn %1 und %2, Schritt %3</translation>
    </message>
    <message>
        <source>The largest; before it %1</source>
        <translation>Der größte; davor %1</translation>
    </message>
    <message>
        <source>The lowest; after it %1</source>
        <translation>Der kleinste; danach %1</translation>
    </message>
    <message>
        <source>Rounding error &lt;b&gt;%1&lt;/b&gt;</source>
        <translation>Rundungsfehler &lt;b&gt;%1&lt;/b&gt;</translation>
    </message>
    <message>
        <source>! %1</source>
        <translation>! %1</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <translation>%1 … %2</translation>
    </message>
    <message>
        <source>Smallest normal</source>
        <translation>Kleinste normale</translation>
    </message>
    <message>
        <source>Smallest step</source>
        <translation>Kleinster Schritt</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message numerus="yes">
        <source>%n significant bit(s), %1 digits</source>
        <translation>
            <numerusform>%n signifikantes Bit, %1 Stellen</numerusform>
            <numerusform>%n signifikante Bits, %1 Stellen</numerusform>
        </translation>
    </message>
    <message>
        <source>Rounding error at most</source>
        <translation>Rundungsfehler höchstens</translation>
    </message>
    <message>
        <source>±%1 %</source>
        <translation>±%1 %</translation>
    </message>
    <message>
        <source>Values, NaN codes</source>
        <translation>Werte, NaN-Codes</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
</context>
<context>
    <name>kerf::ui::ViewActions</name>
    <message>
        <source>Undo History</source>
        <translation>Verlauf der Änderungen</translation>
    </message>
    <message>
        <source>As it was opened</source>
        <translation>Wie geöffnet</translation>
    </message>
    <message>
        <source>Changes, the newest last</source>
        <translation>Änderungen, die neueste zuletzt</translation>
    </message>
    <message>
        <source>About Kerf</source>
        <translation>Über Kerf</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Kerf %1&lt;/h3&gt;&lt;p&gt;Revision %2&lt;/p&gt;&lt;p&gt;A workbench that quantizes neural networks and measures what was lost.&lt;/p&gt;&lt;p&gt;GPL-3.0-or-later&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Kerf %1&lt;/h3&gt;&lt;p&gt;Revision %2&lt;/p&gt;&lt;p&gt;Eine Werkbank, die neuronale Netze quantisiert und misst, was dabei verloren ging.&lt;/p&gt;&lt;p&gt;GPL-3.0-or-later&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>kerf::ui::WeightChart</name>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>count, log</source>
        <translation>Anzahl, log</translation>
    </message>
    <message>
        <source>Weights on the Grid of %1</source>
        <translation>Gewichte auf dem Raster von %1</translation>
    </message>
    <message>
        <source>σ %1 · kurtosis %2 · largest %3</source>
        <translation>σ %1 · Kurtosis %2 · größtes %3</translation>
    </message>
    <message>
        <source>%1 · grid of group %2 of %3, step %4</source>
        <translation>%1 · Raster der Gruppe %2 von %3, Schritt %4</translation>
    </message>
</context>
<context>
    <name>kerf::ui::WelcomePage</name>
    <message>
        <source>Recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Kerf</source>
        <translation>Kerf</translation>
    </message>
    <message>
        <source>Quantize a neural network and measure what was lost.
Open a Hugging Face checkpoint, see which layers are sensitive, choose a format for each, and export what the runtimes load.</source>
        <translation>Quantisieren Sie ein neuronales Netz und messen Sie, was dabei verloren ging.
Öffnen Sie einen Hugging-Face-Checkpoint, sehen Sie, welche Layer empfindlich sind, wählen Sie für jeden ein Format und exportieren Sie, was die Laufzeitumgebungen laden.</translation>
    </message>
    <message>
        <source>Or drop a model folder or a GGUF file anywhere on this window.</source>
        <translation>Oder ziehen Sie einen Modellordner oder eine GGUF-Datei irgendwo auf dieses Fenster.</translation>
    </message>
    <message>
        <source>Recent models</source>
        <translation>Zuletzt geöffnete Modelle</translation>
    </message>
</context>
<context>
    <name>kerf::ui::WindowList</name>
    <message>
        <source>Find in the text</source>
        <translation>Im Text suchen</translation>
    </message>
    <message>
        <source>Windows of the text</source>
        <translation>Fenster des Textes</translation>
    </message>
    <message>
        <source>Classes of tokens</source>
        <translation>Klassen von Token</translation>
    </message>
</context>
<context>
    <name>kerf::ui::WindowModel</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Window %1: mean KLD %2 nats, 99 % quantile %3, largest %4; same top-1 %5</source>
        <translation>Fenster %1: mittlere KLD %2 nats, 99-%-Quantil %3, größte %4; gleiches Top-1 %5</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>In the text&apos;s order</source>
        <translation>In der Reihenfolge des Textes</translation>
    </message>
    <message>
        <source>Starts With</source>
        <translation>Beginnt mit</translation>
    </message>
    <message>
        <source>Its first words</source>
        <translation>Seine ersten Wörter</translation>
    </message>
    <message>
        <source>KLD</source>
        <translation>KLD</translation>
    </message>
    <message>
        <source>Mean over its tokens of the KL divergence of the run from the original, nats</source>
        <translation>Mittel der KL-Divergenz des Laufs vom Original über seine Token, nats</translation>
    </message>
    <message>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <source>The KLD that one token in a hundred is above, nats</source>
        <translation>Die KLD, über der eines von hundert Token liegt, nats</translation>
    </message>
</context>
<context>
    <name>kerf::ui::Workbench</name>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message numerus="yes">
        <source>%n more note(s): point at the model&apos;s name, top right.</source>
        <translation>
            <numerusform>%n weiterer Hinweis: auf den Namen des Modells oben rechts zeigen.</numerusform>
            <numerusform>%n weitere Hinweise: auf den Namen des Modells oben rechts zeigen.</numerusform>
        </translation>
    </message>
    <message>
        <source>A job is running. Stop it before closing the model.</source>
        <translation>Ein Job läuft. Halten Sie ihn an, bevor Sie das Modell schließen.</translation>
    </message>
    <message>
        <source>mixed %1</source>
        <translation>gemischt %1</translation>
    </message>
    <message>
        <source>Solve for %1 Bits per Weight</source>
        <translation>Für %1 Bits je Gewicht lösen</translation>
    </message>
    <message>
        <source>Set All Layers to %1</source>
        <translation>Alle Layer auf %1 setzen</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) keep 16 bit: their shape does not take %1.</source>
        <translation>
            <numerusform>%n Layer behält 16 Bit: Seine Form nimmt %1 nicht an.</numerusform>
            <numerusform>%n Layer behalten 16 Bit: Ihre Form nimmt %1 nicht an.</numerusform>
        </translation>
    </message>
    <message>
        <source>Use Plan of %1</source>
        <translation>Plan von %1 verwenden</translation>
    </message>
    <message>
        <source>Use Sequential Mode</source>
        <translation>Sequenziellen Modus verwenden</translation>
    </message>
    <message>
        <source>Use Independent Mode</source>
        <translation>Unabhängigen Modus verwenden</translation>
    </message>
    <message>
        <source>%1 is running. Stop it before deleting it.</source>
        <translation>%1 läuft. Halten Sie ihn an, bevor Sie ihn löschen.</translation>
    </message>
    <message>
        <source>%1 runs or waits already, with the same settings.</source>
        <translation>%1 läuft oder wartet schon, mit denselben Einstellungen.</translation>
    </message>
    <message>
        <source>Refine by Measurement</source>
        <translation>Durch Messen verfeinern</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>%1 ausführen</translation>
    </message>
    <message>
        <source>%1 of %2 layers are safe on disk</source>
        <translation>%1 von %2 Layern sind sicher auf der Festplatte</translation>
    </message>
    <message>
        <source>The run was added. Take one out of the comparison to set it beside the others.</source>
        <translation>Der Lauf ist dazugekommen. Nehmen Sie einen anderen aus dem Vergleich, um ihn danebenzustellen.</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Kerf quantizes neural networks and measures what was lost.</source>
        <translation>Kerf quantisiert neuronale Netze und misst, was dabei verloren ging.</translation>
    </message>
    <message>
        <source>Folder of a Hugging Face checkpoint to open.</source>
        <translation>Ordner eines zu öffnenden Hugging-Face-Checkpoints.</translation>
    </message>
    <message>
        <source>Workspace file; created when missing.</source>
        <translation>Arbeitsbereichsdatei; wird angelegt, wenn sie fehlt.</translation>
    </message>
</context>
</TS>
