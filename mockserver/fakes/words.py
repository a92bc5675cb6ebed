"""The words that made-up artists, titles and labels are put together from."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split(","))


# Lists that meet in one kind of name share no word, or two patterns could give the same name.

ADJECTIVES = _words("""
    Amber Ancient Arctic Autumnal Blue Borrowed Brass Bright Broken Burning Candid Careless Cobalt Coral
    Crimson Crooked Crystal Curious Dappled Distant Drifting Dusty Early Electric Elegant Emerald Endless
    Faded Fearless Feral Fevered Foreign Forgotten Fragile Frozen Gentle Gilded Golden Hazy Hidden Hollow
    Honest Humble Idle Indigo Inner Ivory Jagged Kind Late Lonely Lucid Lunar Magnetic Marble Mellow
    Midnight Misty Modern Muted Naked Narrow Neon Nocturnal Northern Open Opal Orchid Paper Patient Perfect
    Pale Quiet Radiant Rare Restless Rusted Sacred Saffron Scarlet Secret Serene Silver Simple Slow Solar
    Southern Spare Stolen Strange Sudden Tangerine Tender Tidal Timid Topaz Tropical Unspoken Velvet Violet
    Wandering Weightless Wild Winding Yellow
""")

NOUNS = _words("""
    Afterglow Airport Almanac Altitude Anthem Arcade Archipelago Atlas Avenue Balcony Ballad Bloom Boulevard
    Breath Bridge Cadence Canyon Carousel Cathedral Chorus Cinema Circle Coast Comet Compass Constellation
    Corridor Current Dawn Daydream Delta Desert Dialogue Distance Dream Dusk Echo Eclipse Ember Emotion
    Equinox Evening Exit Fable Feather Festival Fever Fiction Fire Flood Fog Forest Fountain Frequency
    Garden Glacier Glow Gravity Harbour Harmony Heart Heatwave Highway History Holiday Home Horizon Hour
    Hurricane Island January Journey Kaleidoscope Kingdom Lagoon Lantern Letter Light Lullaby Machine Map
    Memory Meridian Meteor Mirage Mirror Monsoon Moonlight Morning Motion Museum Nocturne North Ocean
    Odyssey Orbit Paradise Parade Passage Pavement Phantom Photograph Postcard Promise Pulse Rain Reason
    Reflection Rhythm Ritual River Room Rumour Satellite Season Shadow Shelter Signal Silence Skyline Snow
    Solstice Sonata South Spark Static Station Storm Street Summer Sunday Sunrise Symphony Telegram Theatre
    Thunder Tide Tomorrow Transit Valley Vapour Verse Voyage Waterfall Wave Weather Whisper Wilderness
    Window Winter Wonder Yesterday Zenith
""")

PLURALS = _words("""
    Acrobats Anchors Architects Astronauts Balloons Bandits Bicycles Bluebirds Brothers Butterflies Candles
    Captains Cities Colours Commuters Continents Cousins Crows Dancers Daughters Diamonds Diplomats Dreamers
    Drummers Elephants Engines Explorers Falcons Ferries Fireflies Foxes Ghosts Gliders Gondolas Greyhounds
    Herons Hours Islanders Jackals Kites Ladders Lanterns Leopards Librarians Lights Lions Lovers Magpies
    Mariners Meteors Migrants Miracles Mountains Navigators Neighbours Nomads Orchards Owls Pelicans
    Pilgrims Pilots Planets Poets Postcards Promises Ravens Rebels Rivers Roads Rooftops Sailors Satellites
    Saints Secrets Shadows Siblings Skeletons Sparrows Stars Storms Strangers Swallows Telescopes Thieves
    Tigers Trains Travellers Trumpets Typists Umbrellas Villages Violins Visitors Voices Walls Whales
    Windmills Wolves Yachts
""")

GIVEN_NAMES = _words("""
    Ada Adébáyọ̀ Aïcha Alba Amara Amélie André Anaïs Ángel Anouk Aoife Ariana Astrid Ayọ̀délé Bárbara
    Beatriz Bọ́lá Brigitte Callum Camille Carmen Chiamaka Chloé Clémence Damián Delphine Désirée Diego Ebba
    Ebube Eilidh Elif Élodie Emeka Esmé Fátima Félix Femi Freya Gaël Giulia Gökhan Gonçalo Greta Gustav
    Hélène Héctor Ifẹ́olúwa Ìyá Imani Inês Ingrid Íñigo Irène Ìsọ̀lá Jael Joaquín João Jörg José Júlia Käthe
    Kọ́lá Kwame Lars Léa Léonie Lindiwe Loïc Lucía Luuk Maëlle Magnús Malick Margaux Mateo Mbali Mónica
    Naïma Nkechi Noé Noor Núria Olúwaṣeun Óscar Paloma Penélope Rasmus Raúl Renée Rocío Ródrigo Saoirse
    Séverine Sigrún Simone Sólveig Søren Tadeo Táíwò Temitọ́pẹ́ Thandi Théo Tomás Ụchẹ Uzoma Valentín Wanja
    Xiomara Yannick Yẹmí Yusuf Zadie Zoë Zuri
""")

FAMILY_NAMES = _words("""
    Acheampong Adébísí Adéwálé Aguilar Akínọlá Almeida Álvarez Andersson Árnason Arréola Asante Ávila
    Ayọ̀adé Baptiste Beaumont Bélanger Bergström Boateng Bøe Bouchard Brandão Castañeda Çelik Chukwu
    Conceição Côté Crépin Dąbrowski Delacroix Díaz Diop Dubois Échevarría Égbúnìké Eriksen Estévez Fàdípẹ̀
    Fernández Fontaine Frías Gagné Galván Gonçalves Gómez Grünwald Guðmunds Gutiérrez Hämäläinen Hernández
    Höfler Hölderlin Ìbúkún Igwe Íñiguez Jiménez Jørgensen Jäger Kästner Keïta Köhler Krüger Lacroix Lefèvre
    Lindqvist López Löfgren Madrigal Magalhães Márquez Mbeki Méndez Müller Muñoz Navarro Ndiaye Nguema Nuñez
    Ochoa Òjó Okafor Okonkwo Ọlátúnjí Oliveira Olsen Ọ̀ṣúndáre Ostergaard Östlund Oyèlẹ́yẹ Páez Peña Pérez
    Petit Piñeiro Quiñones Ramírez Ribeiro Ríos Rodríguez Romão Rousseau Sánchez Schäfer Schröder Ségou
    Sepúlveda Sjöberg Solís Sørensen Strömberg Tavárez Touré Trémblay Ubaldo Umeh Urrutia Vargas Vásquez
    Vögele Weiß Wójcik Yáñez Yılmaz Zamora Zürcher
""")

PLACES = _phrases("""
    Lagos, Ìbàdàn, Abẹ́òkúta, Enugu, Accra, Dakar, Abidjan, Nairobi, Cape Town, Berlin, Köln, München,
    Düsseldorf, Zürich, Genève, Paris, Orléans, Besançon, Montréal, Québec, Bruxelles, Málaga, Cádiz,
    Logroño, A Coruña, Bogotá, Medellín, México, Mérida, São Paulo, Brasília, Belém, Lisboa, Évora,
    Reykjavík, Malmö, Göteborg, Tromsø, Århus, İzmir, Łódź, Kraków, Győr, Brno, Tallinn, Athens, Naples,
    Havana, Kingston, Port of Spain, Detroit, Memphis
""")

GERUNDS = _words("""
    Breathing Burning Calling Chasing Counting Crossing Dancing Dreaming Drifting Driving Falling Floating
    Flying Hiding Kissing Laughing Leaving Listening Living Looking Praying Running Sailing Shining Singing
    Sleeping Smiling Standing Swimming Talking Turning Waiting Waking Walking Whispering Writing
""")

BANDS = _words("""
    Collective Ensemble Orchestra Quartet Quintet Trio Choir Band Syndicate Express Society Club Project
    Revival Sessions Brigade Congregation Arkestra Outfit
""")

# Phrases of other languages: each pair of lists agrees in gender and number, so any two of them go together.

FRENCH = (
    _words("""
    Étoile Forêt Île Lumière Mélodie Mémoire Nuit Pluie Poussière Prière Promesse Rivière Rêverie Saison
    Tempête Valse Vague Ville Voix Fenêtre Chanson Ombre Aube Fièvre
"""),
    _words("""
    Bleue Dorée Éternelle Légère Lointaine Perdue Secrète Silencieuse Étrange Oubliée Brûlée Douce Fragile
    Sauvage Égarée Première Dernière Inachevée
"""),
)

SPANISH = (
    _words("""
    Canción Ciudad Corazonada Estación Estrella Luna Mañana Niña Noche Orquídea Playa Señal Sombra Tormenta
    Ventana Verbena Cabaña Leyenda Memoria Montaña Golondrina Madrugada
"""),
    _words("""
    Azul Callada Dorada Encendida Extraña Lejana Mágica Olvidada Pequeña Perdida Única Última Tropical
    Íntima Fugaz Eléctrica Salvaje Rota
"""),
)

GERMAN = (
    _words("""
    Kleine Große Stille Blaue Grüne Späte Frühe Schöne Müde Ferne Süße Weiße Goldene Fremde Verlorene
    Zärtliche Wache Kühle
"""),
    _words("""
    Straße Brücke Nacht Stadt Liebe Küste Blüte Möwe Wüste Sehnsucht Dämmerung Insel Melodie Höhle Mühle
    Sonne Träumerin Geschichte Öffnung Lüge Hoffnung
"""),
)

PORTUGUESE = (
    _words("""
    Canção Manhã Maré Noite Ilusão Solidão Ladeira Avó Estação Emoção Irmã Praça Tarde Lembrança Multidão
    Visão
"""),
    _words("""
    Amarela Breve Calma Distante Doce Eterna Imensa Mágica Nua Rápida Serena Úmida Vazia Última Única Mansa
"""),
)

# A noun and whose it is: my, our, your, of you all, their.
YORUBA = (
    _words("""
    Ìfẹ́ Ọ̀nà Ilé Orin Ayọ̀ Ìrètí Àlàáfíà Òṣùpá Oòrùn Ìràwọ̀ Omi Ọkàn Ẹ̀rín Ìlù Àlá Agbára Ìmọ́lẹ̀ Ọ̀rọ̀ Ijó
    Ìlú Ojú Ọ̀rẹ́
"""),
    _words("Mi Wa Rẹ Yín Wọn"),
)

TURKISH = (
    _words("""
    Mavi Uzak Sessiz Eski Güzel Küçük Büyük Yalnız Sıcak Soğuk Altın Gümüş Deli Kırık Gizli Özgür
"""),
    _words("""
    Gece Yıldız Şehir Deniz Rüya Gökyüzü Çiçek Şarkı Güneş Yağmur Rüzgâr Köprü Işık Ağaç Gözler Bahçe
"""),
)

LABEL_STEMS = _words("""
    Agbádá Alpenglühen Baobab Bluebird Bonfire Café Cassava Cinnamon Copperline Déjà-Vu Driftwood Eleko
    Évasion Fjord Foxglove Gramophone Großstadt Halcyon Harmattan Hummingbird Ìlù Juniper Kòla Kumquat
    Lighthouse Limón Lorelei Mangrove Marigold Millstone Moabi Montaña Nachtigall Nightjar Nimbus Okapi
    Ọ̀ṣun Paprika Peppertree Piñata Plantain Quartzite Quetzal Rhubarb Ródão Rotunda Saltmarsh Señorío
    Shoreline Sirène Sonnenblume Sycamore Tamarind Tidepool Überfluss Velódromo Wildflower Wren Yarrow
    Zéphyr
""")

LABEL_ENDINGS = _phrases("""
    Records, Recordings, Music, Sounds, Music Group, Tapes, Audio, Entertainment, Sound Works, Disques,
    Discos, Discos Independientes, Tonträger, Musik, Phonograms, Productions
""")

GENRES = _phrases("""
    Afrobeats, Afro House, Alternative, Ambient, Amapiano, Blues, Bossa Nova, Chanson, Classical, Country,
    Cumbia, Dance, Dancehall, Disco, Drum & Bass, Dub, Electronic, Fado, Flamenco, Folk, Fuji, Funk, Gospel,
    Grime, Highlife, Hip-Hop, House, Indie Pop, Indie Rock, Jazz, Jùjú, Latin, Lo-Fi, Metal, Neo Soul, Pop,
    Post-Punk, Punk, R&B, Reggae, Reggaetón, Rock, Salsa, Samba, Schlager, Singer-Songwriter, Ska, Soul,
    Synthpop, Techno, Trap, World
""")

VERSIONS = _phrases("""
    Acoustic, Acoustic Version, A Cappella, Club Mix, Demo, Extended Mix, Instrumental, Live,
    Orchestral Version, Radio Edit, Remastered, Remix, Sped Up, Slowed, Unplugged, VIP Mix
""")
